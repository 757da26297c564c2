import type { NewId } from '#lib/kernel/ids.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import { storyDocument } from '#lib/exchange/story-document.ts'

/**
 * The same story under new ids, for a second import into one house (EX101). Ids are replaced where the key says that an
 * id stands there; words that happen to look like one stay.
 */
export function remapIds(document: StoryDocument, newId: NewId): StoryDocument {
  const ids = new Map<string, string>([[document.story.id, newId('story')]])
  const give = (
    items: readonly { readonly id: string }[],
    kind: 'branch' | 'variable' | 'scene' | 'edge' | 'character' | 'panel',
  ): void => {
    for (const item of items) ids.set(item.id, newId(kind))
  }
  give(document.branches, 'branch')
  give(document.variables, 'variable')
  give(document.scenes, 'scene')
  give(document.edges, 'edge')
  give(document.characters, 'character')
  give(document.panels, 'panel')
  for (const panel of document.panels) {
    const { versions } = panel.record
    for (const version of Array.isArray(versions) ? versions : []) {
      const id = typeof version === 'object' && version !== null && !Array.isArray(version) ? version['id'] : null
      if (typeof id === 'string') ids.set(id, newId('panelVersion'))
    }
  }
  return storyDocument.parse(replaced(document, '', ids))
}

const ID_KEY = /^(id|from|to|cast)$|Ids?$/
/** Parts that hold words and bytes, never references. */
const OPAQUE = new Set(['prose', 'foreign', 'recipe', 'facts', 'qc', 'fingerprint', 'source'])

function replaced(value: unknown, key: string, ids: ReadonlyMap<string, string>): unknown {
  if (typeof value === 'string') return ID_KEY.test(key) ? (ids.get(value) ?? value) : value
  if (Array.isArray(value)) return value.map((item) => replaced(item, key, ids))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, OPAQUE.has(name) ? item : replaced(item, name, ids)]),
  )
}
