import * as Y from 'yjs'
import {
  canonicalJson,
  EMPTY_DOC,
  normalizeDoc,
  type ProseDoc,
  type ProseMark,
  type ProseNode,
} from '#lib/prose/document.ts'
import { PROSE_FIELD } from '#lib/prose/wire.ts'

/**
 * Editor JSON and Yjs, in the layout the editor's binding uses: an element per block, a text per run of inline text,
 * marks as text attributes. Needs no editor schema.
 */

interface Stored {
  readonly state: Uint8Array | null
  readonly rows: readonly { readonly n: number; readonly update: Uint8Array }[]
}

/**
 * Applies state and rows. A row that throws may have changed the document, so all starts again without it (PR51).
 * Throws when the state is damaged: the text is not whole, and part of it is not shown.
 */
export function replay(
  stored: Stored,
  onAside: (n: number, cause: unknown) => void,
  aside: ReadonlySet<number> = new Set(),
): { readonly ydoc: Y.Doc; readonly aside: ReadonlySet<number> } {
  const ydoc = new Y.Doc()
  if (stored.state) Y.applyUpdate(ydoc, stored.state)
  for (const { n, update } of stored.rows) {
    if (aside.has(n)) continue
    try {
      Y.applyUpdate(ydoc, update)
    } catch (cause) {
      onAside(n, cause)
      ydoc.destroy()
      return replay(stored, onAside, new Set([...aside, n]))
    }
  }
  return { ydoc, aside }
}

/** The document's text as normalised editor JSON. */
export function contentOf(doc: Y.Doc): ProseDoc {
  const nodes = doc.getXmlFragment(PROSE_FIELD).toArray().flatMap(nodeFrom)
  return normalizeDoc({ type: 'doc', content: nodes })
}

function nodeFrom(item: unknown): ProseNode[] {
  if (item instanceof Y.XmlText) return textFrom(item)
  if (!(item instanceof Y.XmlElement)) return []
  const attrs = item.getAttributes() as Record<string, unknown>
  const content = item.toArray().flatMap(nodeFrom)
  return [
    {
      type: item.nodeName,
      ...(Object.keys(attrs).length > 0 ? { attrs } : {}),
      ...(content.length > 0 ? { content } : {}),
    },
  ]
}

interface DeltaRun {
  readonly insert?: unknown
  readonly attributes?: Readonly<Record<string, unknown>>
}

function textFrom(item: Y.XmlText): ProseNode[] {
  const runs: ProseNode[] = []
  for (const run of item.toDelta() as DeltaRun[]) {
    if (typeof run.insert !== 'string' || run.insert === '') continue
    const marks = Object.entries(run.attributes ?? {})
      .filter(([, value]) => value !== null)
      .map(([name, value]) => markFrom(name, value))
      .sort((a, b) => (a.type < b.type ? -1 : 1))
    runs.push(marks.length > 0 ? { type: 'text', text: run.insert, marks } : { type: 'text', text: run.insert })
  }
  return runs
}

function markFrom(name: string, value: unknown): ProseMark {
  // Overlapping marks carry a hash after two hyphens in the binding's layout.
  const type = name.replace(/--[\w+/=]{8}$/, '')
  const filled = typeof value === 'object' && value !== null && Object.keys(value).length > 0
  return filled ? { type, attrs: value as Record<string, unknown> } : { type }
}

function elementFrom(node: ProseNode): Y.XmlElement {
  const element = new Y.XmlElement(node.type)
  for (const [key, value] of Object.entries(node.attrs ?? {})) {
    // Yjs types attributes as strings but stores any JSON; the binding writes numbers here too.
    if (value !== null && value !== undefined) element.setAttribute(key, value as string)
  }
  element.insert(0, childrenFrom(node.content ?? []))
  return element
}

function childrenFrom(nodes: readonly ProseNode[]): (Y.XmlElement | Y.XmlText)[] {
  const out: (Y.XmlElement | Y.XmlText)[] = []
  let run: ProseNode[] = []
  const flush = () => {
    if (run.length > 0) out.push(textOf(run))
    run = []
  }
  for (const node of nodes) {
    if (node.type === 'text') run.push(node)
    else {
      flush()
      out.push(elementFrom(node))
    }
  }
  flush()
  return out
}

function textOf(runs: readonly ProseNode[]): Y.XmlText {
  const text = new Y.XmlText()
  text.applyDelta(
    runs.map((run) => ({
      insert: run.text ?? '',
      attributes: Object.fromEntries((run.marks ?? []).map((mark) => [mark.type, mark.attrs ?? {}])),
    })),
  )
  return text
}

/** The first row of a scene: one update that holds the whole (normalised) text. */
export function seedUpdate(content: ProseDoc): Uint8Array {
  const doc = new Y.Doc()
  doc.getXmlFragment(PROSE_FIELD).insert(0, childrenFrom(normalizeDoc(content).content))
  const update = Y.encodeStateAsUpdate(doc)
  doc.destroy()
  return update
}

/**
 * Makes the document read like `next`, leaving the equal blocks at both ends untouched, so that carets and undo of
 * people writing there stay right. Call inside a transaction of the document.
 */
export function replaceContent(doc: Y.Doc, next: ProseDoc): void {
  const fragment = doc.getXmlFragment(PROSE_FIELD)
  const wanted = normalizeDoc(next).content
  const before = fragment
    .toArray()
    .map((item) => canonicalJson(normalizeDoc({ type: 'doc', content: nodeFrom(item) }).content))
  const after = wanted.map((node) => canonicalJson([node]))
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  const most = Math.min(before.length, after.length) - head
  while (tail < most && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const cut = before.length - head - tail
  if (cut > 0) fragment.delete(head, cut)
  const fresh = wanted.slice(head, wanted.length - tail)
  if (fresh.length > 0) fragment.insert(head, childrenFrom(fresh))
}

/** Adds blocks at the end; a trailing empty paragraph is replaced. Call inside a transaction of the document. */
export function appendContent(doc: Y.Doc, addition: ProseDoc): void {
  const fragment = doc.getXmlFragment(PROSE_FIELD)
  const blocks = normalizeDoc(addition).content
  if (canonicalJson(blocks) === canonicalJson(EMPTY_DOC.content)) return
  const last = fragment.length > 0 ? fragment.get(fragment.length - 1) : null
  const emptyEnd = last instanceof Y.XmlElement && last.nodeName === 'paragraph' && letters(last) === 0
  if (emptyEnd) fragment.delete(fragment.length - 1, 1)
  fragment.insert(fragment.length, childrenFrom(blocks))
}

function letters(element: Y.XmlElement): number {
  return element.toArray().reduce((sum, child) => sum + (child instanceof Y.XmlText ? child.length : 1), 0)
}
