'use client'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { AXES, levelOf, qcReport } from '#lib/qc/report.ts'
import type { QcReport } from '#lib/qc/report.ts'

const words = messages.panels
const TONES = { pass: 'ok', review: 'warn', redraw: 'danger', block: 'danger', 'not-assessed': 'neutral' } as const

/** The stored report of a version, or null where there is none or it is of an unknown form. */
export function readReport(stored: unknown): QcReport | null {
  const parsed = qcReport.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/** What the checks say: the verdict with what was not assessed, each axis, each finding with number and limit. */
export function QcView({ report }: { report: QcReport | null }) {
  if (!report) return <p className="text-ink-soft">{words.qcNone}</p>
  const missing = AXES.filter((axis) => report.axes[axis]?.state === 'not-assessed')
  const told = missing
    .filter((axis) => axis === 'anatomy' || axis === 'identity')
    .map((axis) => words.axes[axis] ?? axis)
  return (
    <div className="flex flex-col gap-3">
      <p>
        <Badge tone={TONES[report.verdict]}>
          {words.verdictWith(words.verdicts[report.verdict] ?? report.verdict, told)}
        </Badge>
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
      <ol className="flex list-decimal flex-col gap-1 pl-5 text-small">
        {report.findings.map((finding, index) => (
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
      {missing.includes('anatomy') ? <p className="text-small text-ink-soft">{words.anatomyHow}</p> : null}
      <p className="text-small text-ink-faint">{words.provisional}</p>
    </div>
  )
}
