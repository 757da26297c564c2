import { normalizeProse } from '#lib/exchange/prose-plain.ts'
import { reportWriter } from '#lib/exchange/report.ts'
import type { LossReport } from '#lib/exchange/report.ts'
import { prose as proseSchema, storyDocument } from '#lib/exchange/story-document.ts'
import type { ProseBlock, ProseMark, StoryDocument } from '#lib/exchange/story-document.ts'
import { InternalError } from '#lib/kernel/errors.ts'
import type { RecordStamp } from '#lib/kernel/records.ts'
import { panelsOfScene, versionsOfPanel } from '#lib/panels/panel.ts'
import type { Panel } from '#lib/panels/panel.ts'
import type { ProseDoc, ProseNode } from '#lib/prose/document.ts'
import { storyOf } from '#lib/story/state.ts'
import type { StreamState } from '#lib/stream/stream.ts'

/** Key of the story's foreign bag under which an import's origin and report are kept; never exported. */
export const IMPORT_KEY = 'loomImport'

/**
 * The neutral document of a story: its stream, its texts, its comic. Times and authors stay behind: a file says what a
 * story is, not who typed when. Throws InternalError when the state does not fit the document's form.
 */
export function documentFromState(
  state: StreamState,
  contentOf: (sceneId: string) => ProseDoc,
  format: string,
): { document: StoryDocument; report: LossReport } {
  const story = storyOf(state)
  if (!story) throw new InternalError('a story without its record cannot be exported')
  const report = reportWriter(format, 'export')
  const { [IMPORT_KEY]: _origin, ...foreign } = story.foreign
  const scenes = [...state.scenes.values()].sort(byId)
  const raw = {
    story: {
      id: story.id,
      title: story.title,
      logline: story.logline,
      language: story.language,
      direction: story.direction,
      startSceneId: story.startSceneId,
      canonBranchId: story.canonBranchId,
      foreign,
    },
    variables: [...state.variables.values()].sort(byId).map(({ id, name, kind, scope, default: value, options, description }) => ({
      id, name, kind, scope, default: value, options, description,
    })), // prettier-ignore
    branches: [...state.branches.values()].sort(byId).map(({ id, name, kind, parentId, forkSceneId, status, colour, reason }) => ({
      id, name, kind, parentId, forkSceneId, status, colour, reason,
    })), // prettier-ignore
    scenes: scenes.map((scene) => ({
      id: scene.id, branchId: scene.branchId, type: scene.type, title: scene.title, summary: scene.summary,
      groupId: scene.groupId, originId: scene.originId, x: scene.x, y: scene.y, width: scene.width,
      height: scene.height, pinned: scene.pinned, importance: scene.importance, draftState: scene.draftState,
      moods: scene.moods, tags: scene.tags, cast: scene.cast, targetWords: scene.targetWords,
      metadata: scene.metadata, foreign: scene.foreign,
      prose: proseOf(contentOf(scene.id), () => report.changed('formatting', 'Formatting no file can hold was left out; the words stay.', { scene: scene.title })),
    })), // prettier-ignore
    edges: [...state.edges.values()].sort(byId).map((edge) => ({
      id: edge.id, from: edge.from, to: edge.to, type: edge.type, order: edge.order, choiceText: edge.choiceText,
      label: edge.label, condition: edge.condition, effects: edge.effects, once: edge.once, returns: edge.returns,
      dynamic: edge.dynamic, foreign: edge.foreign,
    })), // prettier-ignore
    characters: [...state.characters.values()].sort(byId).map((character) => {
      const { id, name, ...record } = bodyOf(character)
      return { id, name, record }
    }),
    panels: scenes.flatMap((scene) =>
      panelsOfScene(state, scene.id).map((panel, order) => panelOf(state, panel, order)),
    ),
    records: {
      comicLayouts: [...state.comicLayouts.values()].sort(byId).map(({ id, templates, direction }) => ({
        id,
        templates,
        direction,
      })),
    },
  }
  // Through JSON, so that what is undefined is absent, and then through the schema: the form is proved, not assumed.
  const parsed = storyDocument.safeParse(JSON.parse(JSON.stringify(raw)))
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    throw new InternalError(`the story does not fit its file form at ${issue?.path.join('.')}: ${issue?.message}`)
  }
  return { document: parsed.data, report: report.finish() }
}

/** Every field of a stamp; a new one does not compile until it stands here. */
const STAMP: Readonly<Record<keyof RecordStamp, true>> = {
  createdAt: true,
  createdBy: true,
  changedAt: true,
  changedBy: true,
  version: true,
  coauthored: true,
}

/** A record without who wrote it and when. */
function bodyOf<R extends RecordStamp>(record: R): Omit<R, keyof RecordStamp> {
  // Taking exactly the stamp's keys away leaves exactly the rest.
  return Object.fromEntries(Object.entries(record).filter(([key]) => !(key in STAMP))) as Omit<R, keyof RecordStamp>
}

/** Ids sort by the time they were made, also those an import makes, so a file changes little when a story does. */
function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0
}

function panelOf(state: StreamState, panel: Panel, order: number) {
  const { id, sceneId, order: _order, ...body } = bodyOf(panel)
  const versions = versionsOfPanel(state, id).map((entry) => {
    const { panelId: _panelId, ...version } = bodyOf(entry)
    return version
  })
  const chosen = versions.find((version) => version.id === panel.chosenVersionId)
  return {
    id,
    sceneId,
    order,
    alt: panel.altText === '' ? panel.beat.slice(0, 2000) : panel.altText,
    image: chosen?.image ?? null,
    blobs: [...new Set(versions.map((version) => version.image.sha256))],
    record: { ...body, versions },
  }
}

const MARKS = new Set(['bold', 'italic', 'strike', 'code', 'underline'])

/** Editor JSON as the document's prose; `onLoss` is called once when something had to be left out. */
function proseOf(doc: ProseDoc, onLoss: () => void): ProseBlock[] {
  let lost = false
  const keep = (node: ProseNode): unknown => {
    if (node.type === 'text') {
      const marks = (node.marks ?? []).flatMap((mark): ProseMark[] => {
        if (MARKS.has(mark.type)) return [{ type: mark.type } as ProseMark]
        if (mark.type === 'link' && typeof mark.attrs?.['href'] === 'string')
          return [{ type: 'link', attrs: { href: mark.attrs['href'] } }]
        // Which run wrote a passage is part of history, not of the text.
        if (mark.type !== 'ai') lost = true
        return []
      })
      return { type: 'text', text: node.text ?? '', ...(marks.length > 0 ? { marks } : {}) }
    }
    const content = node.content?.map(keep)
    const attrs =
      node.type === 'heading' ? { level: Number(node.attrs?.['level'] ?? 1) }
      : node.type === 'orderedList' ? { start: Number(node.attrs?.['start'] ?? 1) }
      : null // prettier-ignore
    const bare =
      node.type === 'codeBlock'
        ? content?.map((child) => ({ type: 'text', text: (child as { text?: string }).text ?? '' }))
        : content
    return { type: node.type, ...(attrs ? { attrs } : {}), ...(bare && bare.length > 0 ? { content: bare } : {}) }
  }
  const parsed = proseSchema.safeParse(doc.content.map(keep))
  if (!parsed.success) lost = true
  if (lost) onLoss()
  return normalizeProse(parsed.success ? parsed.data : doc.content.map((node) => flattened(node)))
}

/** A paragraph of a node's words, for what the document cannot hold (nesting beyond its depth, unknown blocks). */
function flattened(node: ProseNode): ProseBlock {
  const words = (child: ProseNode): string =>
    (child.text ?? '') + (child.content ?? []).map(words).join(child.type === 'paragraph' ? '' : '\n')
  const text = words(node).trim()
  return text === '' ? { type: 'paragraph' } : { type: 'paragraph', content: [{ type: 'text', text }] }
}
