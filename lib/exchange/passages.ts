import { z } from 'zod'
import { branchId, characterId, edgeId, sceneId, storyId } from '../kernel/ids.ts'
import { seededRandom, seedFrom } from '../kernel/random.ts'
import { LIMITS } from './limits.ts'
import { clip } from './report.ts'
import type { Place, ReportWriter } from './report.ts'
import { documentEdge, documentScene, prose, storyDocument } from './story-document.ts'
import type { Bag } from './story-document.ts'

// What Twee and Twine HTML share: passages with tags, positions and text, and our own notes hidden in metadata.

export interface Passage {
  readonly name: string
  readonly tags: readonly string[]
  readonly position: { readonly x: number; readonly y: number } | null
  readonly size: { readonly width: number; readonly height: number } | null
  /** Metadata keys that are not ours. */
  readonly metadata: Bag
  /** Header text that could not be read, kept as it was. */
  readonly damaged: string | null
  /** Our own notes, unparsed. */
  readonly loom: unknown
  readonly text: string
  readonly line: number | null
}

export interface CodePassage {
  readonly kind: 'script' | 'stylesheet'
  readonly name: string
  readonly tags: readonly string[]
  readonly metadata: Bag
  readonly text: string
}

export interface PassageStory {
  readonly title: string | null
  /** `start` as written: a passage's name, or a number in files of some tools. */
  readonly start: string | null
  readonly data: Bag
  readonly loom: unknown
  readonly preamble: string
  readonly code: readonly CodePassage[]
  readonly passages: readonly Passage[]
}

/** Kept in `foreign.twine` of the story. */
export const storyForeign = z.object({
  data: z.record(z.string(), z.json()).default({}),
  preamble: z.string().default(''),
  damagedData: z.string().optional(),
  code: z
    .array(
      z.object({
        kind: z.enum(['script', 'stylesheet']),
        name: z.string(),
        tags: z.array(z.string()).default([]),
        metadata: z.record(z.string(), z.json()).default({}),
        text: z.string(),
      }),
    )
    .default([]),
})

/** Kept in `foreign.twine` of a scene. */
export const sceneForeign = z.object({
  name: z.string().optional(),
  metadata: z.record(z.string(), z.json()).optional(),
  damaged: z.string().optional(),
})

const documentFields = storyDocument.shape
/** Our notes about the story: everything Twee has no word for. */
export const storyNotes = z.object({
  v: z.literal(1),
  id: storyId,
  title: z.string().max(200).optional(),
  logline: z.string().max(500).default(''),
  language: z.string().max(35).default('en'),
  direction: z.enum(['ltr', 'rtl']).default('ltr'),
  start: sceneId.nullable().default(null),
  canon: branchId,
  branches: documentFields.branches,
  variables: documentFields.variables.default([]),
  characters: z
    .array(z.object({ id: characterId, name: z.string(), record: z.record(z.string(), z.json()) }))
    .default([]),
  foreign: z.record(z.string(), z.json()).default({}),
})
export type StoryNotes = z.infer<typeof storyNotes>

/** Our notes about one edge. `as` is the label we wrote; `how` is where the link stands. */
export const edgeNotes = z.object({
  id: edgeId,
  to: sceneId,
  as: z.string(),
  how: z.enum(['tail', 'text', 'code', 'hidden']),
  fields: documentEdge.omit({ id: true, from: true, to: true }).partial().default({}),
})
export type EdgeNotes = z.infer<typeof edgeNotes>

/** Our notes about one scene. `as` is the name we gave it where its title could not be one. */
export const sceneNotes = z.object({
  id: sceneId,
  branch: branchId,
  as: z.string().optional(),
  title: z.string().max(200).optional(),
  /** The name in the file it first came from, where that name was already taken. */
  original: z.string().optional(),
  tags: documentScene.shape.tags.optional(),
  text: z.enum(['plain', 'markdown']).default('plain'),
  tail: z.number().int().min(0).default(0),
  prose: prose.optional(),
  fields: documentScene
    .pick({
      type: true,
      summary: true,
      groupId: true,
      originId: true,
      pinned: true,
      importance: true,
      draftState: true,
      moods: true,
      cast: true,
      targetWords: true,
      metadata: true,
      foreign: true,
    })
    .partial()
    .default({}),
  edges: z.array(edgeNotes).default([]),
})
export type SceneNotes = z.infer<typeof sceneNotes>

/** Cuts blank lines off both ends of a passage's text; they count for nothing in either format. */
export function trimBlankLines(text: string): string {
  const lines = text.split('\n')
  let from = 0
  let to = lines.length
  while (from < to && (lines[from] ?? '').trim() === '') from++
  while (to > from && (lines[to - 1] ?? '').trim() === '') to--
  return lines.slice(from, to).join('\n')
}

/** A tag as Twee can say it: without spaces, and not one that would turn the scene into code. */
export function tagName(tag: string): string {
  const name = tag.trim().replace(/\s+/g, '-')
  return name === 'script' || name === 'stylesheet' ? `${name}-tag` : name
}

/** Tags as a scene may have them; what is cut or left out has its entry. */
export function readTags(tags: readonly string[], where: Place, report: ReportWriter): string[] {
  const each = [...new Set(tags)]
  if (each.length < tags.length) report.changed('tag', 'Equal tags became one.', where)
  for (const tag of each) {
    if (tag.length > LIMITS.tagChars)
      report.changed('tag', `The tag "${clip(tag, 200)}" was cut at ${LIMITS.tagChars} characters.`, where)
  }
  const short = [...new Set(each.map((tag) => clip(tag, LIMITS.tagChars)))]
  const over = short.slice(LIMITS.tagsPerScene)
  if (over.length > 0)
    report.dropped('tag', `Tags beyond ${LIMITS.tagsPerScene} were left out: ${over.join(' ')}`, where)
  return short.slice(0, LIMITS.tagsPerScene)
}

/** The story's IFID: the imported one when it is legal, else a version 4 UUID drawn from the story's id. */
export function ifidOf(kept: unknown, storyId: string): string {
  if (typeof kept === 'string' && /^[0-9A-Z-]{8,63}$/.test(kept)) return kept
  const random = seededRandom(seedFrom(storyId))
  return 'XXXXXXXX-XXXX-4XXX-YXXX-XXXXXXXXXXXX'.replace(/[XY]/g, (sign) => {
    const digit = Math.floor(random() * 16)
    return (sign === 'Y' ? (digit & 3) | 8 : digit).toString(16).toUpperCase()
  })
}

/** A position written "x,y", in whole px within the canvas, or null. */
export function readPosition(value: unknown): Passage['position'] {
  const numbers = pair(value)
  return numbers && { x: bounded(numbers[0], -1_000_000, 1_000_000), y: bounded(numbers[1], -1_000_000, 1_000_000) }
}

/** A size written "width,height", in whole px within what a card may have, or null. */
export function readSize(value: unknown): Passage['size'] {
  const numbers = pair(value)
  return numbers && { width: bounded(numbers[0], 80, 2000), height: bounded(numbers[1], 40, 2000) }
}

const PAIR = /^\s*(-?\d{1,9}(?:\.\d{1,9})?)\s*,\s*(-?\d{1,9}(?:\.\d{1,9})?)\s*$/

function pair(value: unknown): readonly [number, number] | null {
  const match = typeof value === 'string' ? PAIR.exec(value) : null
  return match ? [Number(match[1]), Number(match[2])] : null
}

function bounded(value: number, min: number, max: number): number {
  // Adding 0 turns -0 into 0, which JSON would do silently.
  return Math.max(min, Math.min(max, Math.round(value))) + 0
}
