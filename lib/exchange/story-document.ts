import { z } from 'zod'
import { branchId, characterId, edgeId, panelId, sceneId, storyId, variableId } from '../kernel/ids.ts'
import { LIMITS } from './limits.ts'

/**
 * The neutral story every format reads into and writes from. It repeats the nouns of the story stream in plain JSON,
 * so that formats know no reducer and the stream knows no format; `lib/server/exchange` maps between the two.
 * Conditions and effects are carried as JSON here and checked against the story slice's schemas when mapped.
 */
const json = z.json()
const bag = z.record(z.string().max(100), json)
export type Bag = z.infer<typeof bag>

const mark = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['bold', 'italic', 'strike', 'code', 'underline']) }),
  z.strictObject({ type: z.literal('link'), attrs: z.strictObject({ href: z.string().max(2000) }) }),
])
export type ProseMark = z.infer<typeof mark>

const inline = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('text'), text: z.string().min(1), marks: z.array(mark).max(6).optional() }),
  z.strictObject({ type: z.literal('hardBreak') }),
])
export type ProseInline = z.infer<typeof inline>

/** Prose is a strict part of the editor's JSON (StarterKit nodes), so that no second text model is needed. */
export type ProseBlock =
  | { readonly type: 'paragraph'; readonly content?: readonly ProseInline[] | undefined }
  | {
      readonly type: 'heading'
      readonly attrs: { readonly level: number }
      readonly content?: readonly ProseInline[] | undefined
    }
  | {
      readonly type: 'codeBlock'
      readonly content?: readonly { readonly type: 'text'; readonly text: string }[] | undefined
    }
  | { readonly type: 'horizontalRule' }
  | { readonly type: 'blockquote'; readonly content: readonly ProseBlock[] }
  | { readonly type: 'bulletList'; readonly content: readonly ProseItem[] }
  | {
      readonly type: 'orderedList'
      readonly attrs?: { readonly start: number } | undefined
      readonly content: readonly ProseItem[]
    }
export interface ProseItem {
  readonly type: 'listItem'
  readonly content: readonly ProseBlock[]
}

const inlines = z.array(inline).optional()
function blockOfDepth(depth: number): z.ZodType<ProseBlock> {
  const flat = [
    z.strictObject({ type: z.literal('paragraph'), content: inlines }),
    z.strictObject({
      type: z.literal('heading'),
      attrs: z.strictObject({ level: z.number().int().min(1).max(6) }),
      content: inlines,
    }),
    z.strictObject({
      type: z.literal('codeBlock'),
      content: z.array(z.strictObject({ type: z.literal('text'), text: z.string().min(1) })).optional(),
    }),
    z.strictObject({ type: z.literal('horizontalRule') }),
  ] as const
  if (depth === 0) return z.discriminatedUnion('type', [...flat])
  const inner = z.array(blockOfDepth(depth - 1)).min(1)
  const items = z.array(z.strictObject({ type: z.literal('listItem'), content: inner })).min(1)
  return z.discriminatedUnion('type', [
    ...flat,
    z.strictObject({ type: z.literal('blockquote'), content: inner }),
    z.strictObject({ type: z.literal('bulletList'), content: items }),
    z.strictObject({
      type: z.literal('orderedList'),
      attrs: z.strictObject({ start: z.number().int().min(0).max(1_000_000) }).optional(),
      content: items,
    }),
  ])
}
/** Deepest nesting of quotes and lists that is kept. */
export const PROSE_DEPTH = 6
export const prose = z.array(blockOfDepth(PROSE_DEPTH))
export type Prose = readonly ProseBlock[]

const px = z.number().int().min(-1_000_000).max(1_000_000)

export const documentScene = z.strictObject({
  id: sceneId,
  branchId,
  type: z.enum(['chapter', 'scene', 'beat', 'dialogue', 'volume', 'hub', 'ending', 'convergence', 'group', 'note']),
  title: z.string().max(LIMITS.titleChars),
  summary: z.string().max(1000),
  groupId: sceneId.nullable(),
  originId: sceneId.nullable(),
  x: px,
  y: px,
  width: z.number().int().min(80).max(2000),
  height: z.number().int().min(40).max(2000),
  pinned: z.boolean(),
  importance: z.number().min(0).max(1),
  draftState: z.enum(['empty', 'drafting', 'review', 'final']),
  moods: z.array(z.string().min(1).max(60)).max(40),
  tags: z.array(z.string().min(1).max(LIMITS.tagChars)).max(LIMITS.tagsPerScene),
  cast: z.array(z.string().max(64)).max(100),
  targetWords: z.number().int().min(0).max(1_000_000).nullable(),
  metadata: z.record(z.string().max(40), z.string().max(500)),
  prose,
  foreign: bag,
})
export type DocumentScene = z.infer<typeof documentScene>

export const documentEdge = z.strictObject({
  id: edgeId,
  from: sceneId,
  to: sceneId,
  type: z.enum(['next', 'choice', 'converges', 'cause', 'before', 'parallel', 'references']),
  order: z.number().int().min(0).max(10_000),
  choiceText: z.string().max(LIMITS.choiceChars),
  label: z.string().max(120),
  condition: json.nullable(),
  effects: z.array(json).max(50),
  once: z.boolean(),
  returns: z.boolean(),
  dynamic: z.boolean(),
  foreign: bag,
})
export type DocumentEdge = z.infer<typeof documentEdge>

const documentBranch = z.strictObject({
  id: branchId,
  name: z.string().min(1).max(120),
  kind: z.enum(['timeline', 'take', 'proposal', 'scratch']),
  parentId: branchId.nullable(),
  forkSceneId: sceneId.nullable(),
  status: z.enum(['active', 'archived', 'merged']),
  colour: z.number().int().min(1).max(12),
  reason: z.string().max(500),
})

const documentVariable = z.strictObject({
  id: variableId,
  name: z.string().min(1).max(60),
  kind: z.enum(['bool', 'int', 'float', 'string', 'enum', 'list']),
  scope: z.enum(['story', 'branch', 'visit']),
  default: json,
  options: z.array(z.string().max(100)).max(100),
  description: z.string().max(500),
})

/** A character: what every format may name, and the record of the character slice as JSON. */
const documentCharacter = z.strictObject({ id: characterId, name: z.string().min(1).max(200), record: bag })

export const blobHash = z.string().regex(/^[0-9a-f]{64}$/)
const documentImage = z.strictObject({
  sha256: blobHash,
  mime: z.string().max(100),
  width: z.number().int().min(1).max(100_000),
  height: z.number().int().min(1).max(100_000),
})

/** A panel: its scene, place in reading order, chosen picture, and the record of the panel slice as JSON. */
const documentPanel = z.strictObject({
  id: panelId,
  sceneId,
  order: z.number().int().min(0),
  alt: z.string().max(2000),
  image: documentImage.nullable(),
  /** Hashes of every blob the record names, the chosen picture included. */
  blobs: z.array(blobHash).max(2000),
  record: bag,
})
export type DocumentPanel = z.infer<typeof documentPanel>

export const storyDocument = z.strictObject({
  story: z.strictObject({
    id: storyId,
    title: z.string().min(1).max(LIMITS.titleChars),
    logline: z.string().max(500),
    language: z.string().min(1).max(35),
    direction: z.enum(['ltr', 'rtl']),
    startSceneId: sceneId.nullable(),
    canonBranchId: branchId,
    foreign: bag,
  }),
  variables: z.array(documentVariable).max(5000),
  branches: z.array(documentBranch).min(1).max(2000),
  scenes: z.array(documentScene).max(LIMITS.scenes),
  edges: z.array(documentEdge).max(LIMITS.edges),
  characters: z.array(documentCharacter).max(5000),
  panels: z.array(documentPanel).max(50_000),
  /** Other nouns of the stream by collection name, carried whole by the archive only. */
  records: z.record(z.string().max(60), z.array(bag).max(100_000)),
})
export type StoryDocument = z.infer<typeof storyDocument>

/** A scene with every field at its plain value, for formats that know only some. */
export function plainScene(
  fields: Pick<DocumentScene, 'id' | 'branchId' | 'title'> & Partial<DocumentScene>,
): DocumentScene {
  return {
    type: 'scene',
    summary: '',
    groupId: null,
    originId: null,
    x: 0,
    y: 0,
    width: 220,
    height: 96,
    pinned: false,
    importance: 0.5,
    draftState: (fields.prose ?? []).length > 0 ? 'drafting' : 'empty',
    moods: [],
    tags: [],
    cast: [],
    targetWords: null,
    metadata: {},
    prose: [],
    foreign: {},
    ...fields,
  }
}

/** An edge with every field at its plain value. */
export function plainEdge(fields: Pick<DocumentEdge, 'id' | 'from' | 'to'> & Partial<DocumentEdge>): DocumentEdge {
  return {
    type: 'choice',
    order: 0,
    choiceText: '',
    label: '',
    condition: null,
    effects: [],
    once: false,
    returns: false,
    dynamic: false,
    foreign: {},
    ...fields,
  }
}

export interface DanglingEdge {
  readonly edge: DocumentEdge
  readonly why: 'from' | 'to'
}

/** Edges whose ends are missing; a document that is stored must have none. */
export function danglingEdges(document: StoryDocument): DanglingEdge[] {
  const known = new Set<string>(document.scenes.map((scene) => scene.id))
  return document.edges.flatMap((edge): DanglingEdge[] =>
    known.has(edge.from) ? (known.has(edge.to) ? [] : [{ edge, why: 'to' }]) : [{ edge, why: 'from' }],
  )
}
