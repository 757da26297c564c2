'use client'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { AXES, levelOf } from '#lib/qc/report.ts'
import type { Axis, Finding, QcReport } from '#lib/qc/report.ts'

const words = messages.panels
/** Axes whose absence belongs to the verdict itself. */
const TOLD: readonly Axis[] = ['technical', 'readability', 'identity', 'anatomy']
const TONES = { pass: 'ok', review: 'warn', redraw: 'danger', block: 'danger', 'not-assessed': 'neutral' } as const

/** The verdict in a word or more. */
export function VerdictBadge({ verdict, untold = [] }: { verdict: QcReport['verdict']; untold?: readonly string[] }) {
  return <Badge tone={TONES[verdict]}>{words.verdictWith(words.verdicts[verdict] ?? verdict, untold)}</Badge>
}

/** Each finding with its number, limit and what may help; the numbers are those drawn over the picture. */
export function FindingList({ findings }: { findings: readonly Finding[] }) {
  return (
    <ol className="flex list-decimal flex-col gap-1 pl-5 text-small">
      {findings.map((finding, index) => (
        <li key={`${finding.category}-${index}`}>
          {words.finding(
            words.categories[finding.category] ?? finding.category,
            finding.measure,
            finding.unit,
            finding.threshold,
          )}{' '}
          {words.fix(words.fixes[finding.fix] ?? finding.fix)}
        </li>
      ))}
    </ol>
  )
}

/** What the checks say: the verdict with what was not assessed, each axis, each finding with number and limit. */
export function QcView({ report }: { report: QcReport }) {
  const missing = AXES.filter((axis) => report.axes[axis]?.state === 'not-assessed')
  const told = missing.filter((axis) => TOLD.includes(axis)).map((axis) => words.axes[axis] ?? axis)
  return (
    <div className="flex flex-col gap-3">
      <p>
        <VerdictBadge verdict={report.verdict} untold={told} />
      </p>
      <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-1 text-small">
        {AXES.map((axis) => {
          const result = report.axes[axis]
          const assessed = result?.state === 'assessed' ? result : null
          return (
            <div key={axis} className="contents">
              <dt className="text-ink-soft">{words.axes[axis]}</dt>
              <dd>
                {assessed ? (
                  <Badge tone={TONES[levelOf(assessed.score)]}>{words.score(assessed.score)}</Badge>
                ) : (
                  `${words.notAssessed}: ${words.needs[result?.state === 'not-assessed' ? result.needs : 'detector'] ?? ''}`
                )}
              </dd>
            </div>
          )
        })}
      </dl>
      {report.findings.length === 0 ? <p className="text-small text-ink-soft">{words.noFindings}</p> : null}
      <FindingList findings={report.findings} />
      <p className="text-small text-ink-soft">{words.lightSources}</p>
      {missing.includes('anatomy') ? <p className="text-small text-ink-soft">{words.anatomyHow}</p> : null}
      <p className="text-small text-ink-faint">{words.provisional}</p>
    </div>
  )
}
