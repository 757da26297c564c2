import type { ProseDoc, ProseNode } from './document.ts'

/** Plain text of a document and back. Rules PR10-PR13 in SPEC.md. */

/** One block as readers of the text see it: a paragraph, heading, quote line, list item or rule, in reading order. */
export interface TextBlock {
  readonly kind: 'paragraph' | 'heading' | 'quote' | 'item' | 'code' | 'rule'
  /** Heading level 1-3, list depth from 1; 0 elsewhere. */
  readonly level: number
  readonly text: string
}

/** The blocks that carry text, flattened in reading order (PR10). Empty paragraphs are left out. */
export function textBlocks(doc: ProseDoc): TextBlock[] {
  const out: TextBlock[] = []
  for (const child of doc.content) collect(child, 'paragraph', 0, out)
  return out
}

function collect(source: ProseNode, frame: 'paragraph' | 'quote' | 'item', depth: number, out: TextBlock[]): void {
  const children = source.content ?? []
  switch (source.type) {
    case 'paragraph':
      return push(out, frame, depth, inlineText(children))
    case 'heading':
      return push(out, 'heading', Number(source.attrs?.['level'] ?? 1), inlineText(children))
    case 'codeBlock':
      return push(out, 'code', 0, inlineText(children))
    case 'horizontalRule':
      out.push({ kind: 'rule', level: 0, text: '' })
      return
    case 'blockquote':
      for (const child of children) collect(child, 'quote', depth, out)
      return
    case 'bulletList':
    case 'orderedList':
      for (const child of children) collect(child, 'item', depth + 1, out)
      return
    default:
      for (const child of children) collect(child, frame, depth, out)
  }
}

function push(out: TextBlock[], kind: TextBlock['kind'], level: number, text: string): void {
  if (text.trim() !== '') out.push({ kind, level, text })
}

/** The text of inline children; a hard break is a line feed. */
export function inlineText(nodes: readonly ProseNode[]): string {
  return nodes
    .map((child) => child.text ?? (child.type === 'hardBreak' ? '\n' : inlineText(child.content ?? [])))
    .join('')
}

/** Plain text of a document: blocks parted by one empty line, a rule as `* * *` (PR11). */
export function docText(doc: ProseDoc): string {
  return textBlocks(doc)
    .map((entry) => (entry.kind === 'rule' ? '* * *' : entry.text))
    .join('\n\n')
}

/** A document of paragraphs from plain text: empty lines part paragraphs, single line feeds become breaks (PR12). */
export function docFromText(text: string): ProseDoc {
  const content = text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n+/)
    .map((part) => part.replace(/^\n+|\n+$/g, ''))
    .filter((part) => part.trim() !== '')
    .map(paragraphFrom)
  return { type: 'doc', content: content.length > 0 ? content : [{ type: 'paragraph' }] }
}

function paragraphFrom(text: string): ProseNode {
  if (/^[ \t]*\*[ \t]*\*[ \t]*\*[ \t]*$/.test(text)) return { type: 'horizontalRule' }
  const content = text.split('\n').flatMap((line, index): ProseNode[] => {
    const run: ProseNode[] = line === '' ? [] : [{ type: 'text', text: line }]
    return index === 0 ? run : [{ type: 'hardBreak' }, ...run]
  })
  return { type: 'paragraph', content }
}
