import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { storyDocument } from '#lib/exchange/story-document.ts'
import type { ImageRow } from '../blobs/images.ts'

/** The story with its pictures named as they were stored, where storing one changed it (F2). `stored` is by the file's hash. */
export function withStoredPictures(document: StoryDocument, stored: ReadonlyMap<string, ImageRow>): StoryDocument {
  const changed = new Map([...stored].filter(([hash, row]) => row.sha256 !== hash))
  if (changed.size === 0) return document
  return storyDocument.parse({ ...document, panels: document.panels.map((panel) => renamed(panel, changed)) })
}

/** A picture is either its hash alone or an object that describes it. */
function renamed(value: unknown, changed: ReadonlyMap<string, ImageRow>): unknown {
  if (typeof value === 'string') return changed.get(value)?.sha256 ?? value
  if (Array.isArray(value)) return value.map((item) => renamed(item, changed))
  if (typeof value !== 'object' || value === null) return value
  const parts = Object.entries(value)
  const row = changed.get(String(parts.find(([name]) => name === 'sha256')?.[1]))
  return Object.fromEntries(
    parts.map(([name, item]) => [
      name,
      row && (name === 'width' || name === 'height' || name === 'bytes' || name === 'mime')
        ? row[name]
        : renamed(item, changed),
    ]),
  )
}
