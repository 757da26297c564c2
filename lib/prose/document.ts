import { z } from 'zod'
import { linkAllowed } from '../kernel/links.ts'

/**
 * A scene's text as editor JSON (the Tiptap/ProseMirror form), with the vocabulary the house knows. Rules PR1-PR4.
 * What an editor cannot hold it would silently delete, so everything from outside passes `normalizeDoc` first.
 */
export interface ProseMark {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
}

export interface ProseNode {
  readonly type: string
  readonly attrs?: Readonly<Record<string, unknown>> | undefined
  readonly content?: readonly ProseNode[] | undefined
  readonly marks?: readonly ProseMark[] | undefined
  readonly text?: string | undefined
}

export interface ProseDoc {
  readonly type: 'doc'
  readonly content: readonly ProseNode[]
}

const attrs = z.record(z.string().max(60), z.unknown())
const mark: z.ZodType<ProseMark> = z.strictObject({ type: z.string().min(1).max(40), attrs: attrs.optional() })
const node: z.ZodType<ProseNode> = z.strictObject({
  type: z.string().min(1).max(40),
  attrs: attrs.optional(),
  get content() {
    return z.array(node).max(50_000).optional()
  },
  marks: z.array(mark).max(20).optional(),
  text: z.string().max(1_000_000).optional(),
})

/** Schema of a whole document as it crosses a door. It bounds shape and size; `normalizeDoc` gives it a valid nesting. */
export const proseDoc: z.ZodType<ProseDoc> = z.strictObject({
  type: z.literal('doc'),
  content: z.array(node).max(50_000),
})

/** Marks that survive; anything else is dropped and its text kept (PR2). */
const MARKS = new Set(['bold', 'italic', 'strike', 'code', 'underline', 'link', 'ai'])
const MAX_DEPTH = 12

/** A document with one empty paragraph. A seeded document is never without one, or two editors would each add theirs. */
export const EMPTY_DOC: ProseDoc = { type: 'doc', content: [{ type: 'paragraph' }] }

/**
 * The nearest document the editor can hold (PR1-PR3): known blocks in valid nesting, known marks, no empty text, at
 * least one block. Text is never lost, only its frame. Total; deeper nesting than 12 is flattened.
 */
export function normalizeDoc(doc: ProseDoc): ProseDoc {
  const content = blocks(doc.content, 0)
  return content.length === 0 ? EMPTY_DOC : { type: 'doc', content }
}

/** Block list of any mixture: loose inline runs are wrapped into paragraphs. */
function blocks(nodes: readonly ProseNode[], depth: number): ProseNode[] {
  const out: ProseNode[] = []
  let loose: ProseNode[] = []
  const flush = () => {
    if (loose.length > 0) out.push({ type: 'paragraph', content: loose })
    loose = []
  }
  for (const child of nodes) {
    const inlineForm = inlineNode(child)
    if (inlineForm === 'not-inline') {
      flush()
      out.push(...block(child, depth))
    } else if (inlineForm) loose.push(inlineForm)
  }
  flush()
  return out
}

function block(source: ProseNode, depth: number): ProseNode[] {
  const children = source.content ?? []
  if (depth >= MAX_DEPTH) return paragraphs(children)
  switch (source.type) {
    case 'paragraph':
      return [withContent({ type: 'paragraph' }, inlines(children))]
    case 'heading':
      return [withContent({ type: 'heading', attrs: { level: headingLevel(source) } }, inlines(children))]
    case 'codeBlock': {
      const text = flatText(children)
      return [withContent({ type: 'codeBlock' }, text ? [{ type: 'text', text }] : [])]
    }
    case 'horizontalRule':
      return [{ type: 'horizontalRule' }]
    case 'blockquote': {
      const inner = blocks(children, depth + 1)
      return [{ type: 'blockquote', content: inner.length > 0 ? inner : [{ type: 'paragraph' }] }]
    }
    case 'bulletList':
    case 'orderedList':
      return list(source, children, depth)
    case 'listItem':
      return list({ type: 'bulletList' }, [source], depth)
    default:
      // An unknown frame goes; what it held stays (PR2).
      return blocks(children, depth + 1)
  }
}

function list(source: ProseNode, children: readonly ProseNode[], depth: number): ProseNode[] {
  const items = children.map((child) => {
    const inner = blocks(child.type === 'listItem' ? (child.content ?? []) : [child], depth + 1)
    const startsWell = inner[0]?.type === 'paragraph'
    return { type: 'listItem', content: startsWell ? inner : [{ type: 'paragraph' }, ...inner] }
  })
  if (items.length === 0) return []
  const start = source.attrs?.['start']
  if (source.type === 'orderedList') {
    return [{ type: 'orderedList', attrs: { start: typeof start === 'number' ? start : 1 }, content: items }]
  }
  return [{ type: 'bulletList', content: items }]
}

function paragraphs(nodes: readonly ProseNode[]): ProseNode[] {
  const text = flatText(nodes)
  return text ? [{ type: 'paragraph', content: [{ type: 'text', text }] }] : []
}

function flatText(nodes: readonly ProseNode[]): string {
  return nodes
    .map((child) => child.text ?? (child.type === 'hardBreak' ? '\n' : flatText(child.content ?? [])))
    .join('')
}

/** Inline children of a paragraph or heading: text and breaks; blocks inside are flattened to their text. */
function inlines(nodes: readonly ProseNode[]): ProseNode[] {
  return nodes.flatMap((child) => {
    const form = inlineNode(child)
    if (form === 'not-inline') return inlines(child.content ?? [])
    return form ? [form] : []
  })
}

function inlineNode(source: ProseNode): ProseNode | null | 'not-inline' {
  if (source.type === 'hardBreak') return { type: 'hardBreak' }
  if (source.type !== 'text') return 'not-inline'
  if (!source.text) return null
  const marks = (source.marks ?? []).filter((entry) => MARKS.has(entry.type) && safeLink(entry)).map(cleanMark)
  return marks.length > 0 ? { type: 'text', text: source.text, marks } : { type: 'text', text: source.text }
}

function cleanMark(source: ProseMark): ProseMark {
  if (source.type === 'link') return { type: 'link', attrs: { href: String(source.attrs?.['href'] ?? '') } }
  if (source.type === 'ai') return { type: 'ai', attrs: { runId: String(source.attrs?.['runId'] ?? '') } }
  return { type: source.type }
}

/** Links may only lead to the web or a mail address (PR3): no script, data or file addresses. */
function safeLink(source: ProseMark): boolean {
  return source.type !== 'link' || linkAllowed(String(source.attrs?.['href'] ?? ''))
}

function headingLevel(source: ProseNode): number {
  const level = source.attrs?.['level']
  return typeof level === 'number' ? Math.min(3, Math.max(1, Math.round(level))) : 2
}

function withContent(base: ProseNode, content: readonly ProseNode[]): ProseNode {
  return content.length > 0 ? { ...base, content } : base
}

/** JSON of a document with keys in one order, so that equal texts give equal bytes; what a checkpoint hashes (PR4). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
