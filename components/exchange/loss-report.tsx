'use client'
import { Download } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { saveFile } from '#lib/client/save-file.ts'
import type { LossEntry, LossReport } from '#lib/exchange/report.ts'

const words = messages.exchange
const KINDS = ['dropped', 'changed', 'warnings'] as const

/** What an import or export kept, changed and left out, each with its place; can be saved as a file. */
export function LossReportView({ report, fileName }: { report: LossReport; fileName: string }) {
  const counts = Object.entries(report.imported).filter(([noun, n]) => n > 0 && noun !== 'linkLines')
  const lossless = KINDS.every((kind) => report[kind].length === 0)
  return (
    <section aria-label={words.report} className="grid gap-3">
      <p className="text-ink-soft">{counts.map(([noun, n]) => words.count(noun, n)).join(' · ')}</p>
      {lossless ? <Notice tone="ok">{words.nothingLost}</Notice> : null}
      {KINDS.map((kind) => (
        <Entries key={kind} title={words[kind]} entries={report[kind]} />
      ))}
      {lossless ? null : (
        <div>
          <Button
            size="sm"
            icon={<Download aria-hidden />}
            onClick={() =>
              saveFile(
                new Blob([JSON.stringify(report, null, 2)], { type: 'application/json' }),
                `${fileName}.report.json`,
              )
            }
          >
            {words.saveReport}
          </Button>
        </div>
      )}
    </section>
  )
}

function Entries({ title, entries }: { title: string; entries: readonly LossEntry[] }) {
  if (entries.length === 0) return null
  const groups = new Map<string, LossEntry[]>()
  for (const entry of entries) groups.set(entry.message, [...(groups.get(entry.message) ?? []), entry])
  return (
    <div>
      <h3 className="mb-1 font-medium">{title}</h3>
      <ul
        className="grid max-h-48 gap-1 overflow-y-auto rounded-md border bg-sunken px-3 py-2"
        tabIndex={0}
        aria-label={title}
      >
        {[...groups].map(([message, same]) => (
          <li key={message}>
            {message}
            <span className="text-ink-soft"> {placesText(same)}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Where the entries are; a long list says how often instead. */
function placesText(entries: readonly LossEntry[]): string {
  const places = entries.map(({ place }) =>
    [place.line === undefined ? '' : words.line(place.line), place.scene ?? '', place.path ?? '']
      .filter((part) => part !== '')
      .join(', '),
  )
  const named = places.filter((place) => place !== '')
  if (named.length === 0) return entries.length > 1 ? `(${words.times(entries.length)})` : ''
  return named.length <= 4
    ? `(${named.join('; ')})`
    : `(${named.slice(0, 3).join('; ')}; ${words.times(entries.length)})`
}
