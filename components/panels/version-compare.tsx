'use client'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Select } from '#components/ui/select.tsx'
import { Table } from '#components/ui/table.tsx'
import { pictureUrl } from '#lib/client/comic.ts'
import type { PanelVersion } from '#lib/panels/panel.ts'
import { useStory } from '#stores/story.ts'
import { versionDifferences } from './version-differences.ts'

const words = messages.panels

interface VersionCompareProps {
  readonly versions: readonly PanelVersion[]
  /** The version that is looked at now. */
  readonly version: PanelVersion
}

/** Two versions of a panel side by side, with the list of what differs in how they were made. */
export function VersionCompare({ versions, version }: VersionCompareProps) {
  const storyId = useStory((page) => page.storyId)
  const [otherId, setOtherId] = useState<string | null>(null)
  const others = versions.filter((entry) => entry.id !== version.id)
  const other = others.find((entry) => entry.id === otherId) ?? others.at(-1)
  if (!other) return null
  const numberOf = (entry: PanelVersion) => versions.indexOf(entry) + 1
  const [left, right] = numberOf(other) < numberOf(version) ? [other, version] : [version, other]
  const differences = versionDifferences(left, right)
  const value = (part: string, raw: string | null) =>
    raw === null
      ? words.compareNone
      : part === 'reason'
        ? (words.reasons[raw] ?? raw)
        : part === 'drawnBy'
          ? (words.drawnBy[raw as PanelVersion['drawnBy']] ?? raw)
          : raw
  return (
    <details className="rounded-md border p-3">
      <summary className="cursor-pointer font-medium">{words.compare}</summary>
      <div className="mt-3 flex flex-col gap-3">
        <p className="text-small text-ink-soft">{words.compareHint}</p>
        <Select
          label={words.compareWith}
          value={other.id as string}
          onChange={setOtherId}
          options={others.map((entry) => ({ value: entry.id as string, label: words.version(numberOf(entry)) }))}
          className="max-w-60"
        />
        <div className="grid grid-cols-2 gap-3">
          {[left, right].map((entry) => (
            <figure key={entry.id} className="flex min-w-0 flex-col gap-1">
              <img
                alt={words.comparePicture(numberOf(entry))}
                src={pictureUrl(storyId, entry.image.sha256)}
                className="w-full rounded-sm border"
              />
              <figcaption className="text-small text-ink-soft">
                {entry === version ? words.compareNow(numberOf(entry)) : words.version(numberOf(entry))}
              </figcaption>
            </figure>
          ))}
        </div>
        {differences.length === 0 ? (
          <p className="text-small">{words.compareSame}</p>
        ) : (
          <Table
            caption={words.compareTable}
            rows={differences}
            rowKey={(row) => row.part}
            className="text-small"
            columns={[
              { id: 'part', header: words.compareField, cell: (row) => words.compareParts[row.part] ?? row.part },
              {
                id: 'left',
                header: words.version(numberOf(left)),
                cell: (row) => value(row.part, row.a),
                className: 'break-all',
              },
              {
                id: 'right',
                header: words.version(numberOf(right)),
                cell: (row) => value(row.part, row.b),
                className: 'break-all',
              },
            ]}
          />
        )}
      </div>
    </details>
  )
}
