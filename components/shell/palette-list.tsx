'use client'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import { Kbd } from '#components/ui/kbd.tsx'
import type { PaletteEntry } from './palette-sources.ts'

const words = messages.shell.palette

/** The element id of an entry, by which the field names the current one to screen readers. */
export function optionId(listId: string, entry: PaletteEntry): string {
  return `${listId}-${entry.id}`
}

interface PaletteListProps {
  readonly id: string
  /** Entries of one section stand together. */
  readonly entries: readonly PaletteEntry[]
  readonly current: PaletteEntry | undefined
  readonly onPoint: (entryId: string) => void
  readonly onChoose: (entry: PaletteEntry) => void
}

/** What the palette found, under section headings. The keys stay with the field above it. */
export function PaletteList({ id, entries, current, onPoint, onChoose }: PaletteListProps) {
  if (entries.length === 0)
    return (
      <p role="status" className="px-3 py-8 text-center text-ink-soft">
        {words.nothing}
      </p>
    )
  return (
    <div id={id} role="listbox" aria-label={words.results} className="max-h-[56vh] overflow-y-auto p-1">
      {[...Map.groupBy(entries, (entry) => entry.section)].map(([section, ofSection]) => (
        <div key={section} role="group" aria-label={section}>
          <div aria-hidden className="px-3 pt-2 pb-1 text-small text-ink-faint">
            {section}
          </div>
          {ofSection.map((entry) => (
            <div
              key={entry.id}
              id={optionId(id, entry)}
              role="option"
              aria-selected={entry === current}
              onPointerMove={() => onPoint(entry.id)}
              // Keeps the focus in the field.
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => onChoose(entry)}
              className={cn(
                'flex min-h-row scroll-mt-9 cursor-default items-center gap-2 rounded-sm px-3 [&_svg]:size-4 [&_svg]:shrink-0',
                entry === current && 'bg-wash',
              )}
            >
              {entry.icon}
              <span className="truncate">{entry.title}</span>
              {entry.hint ? <span className="shrink-0 text-small text-ink-faint">{entry.hint}</span> : null}
              <span className="flex-1" />
              {entry.keys ? <Kbd keys={entry.keys} /> : null}
            </div>
          ))}
        </div>
      ))}
    </div>
  )
}
