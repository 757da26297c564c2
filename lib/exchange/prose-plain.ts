import type { Prose, ProseBlock, ProseInline, ProseMark } from './story-document.ts'

// Prose in its plain forms. Rules EX10-EX13 in SPEC.md.

/** Plain text to paragraphs: a blank line parts paragraphs, a single newline is a break. Nothing is trimmed (EX10). */
export function plainToProse(text: string): ProseBlock[] {
  if (text === '') return []
  return text.split('\n\n').map((chunk) => paragraph(linesToInline(chunk.split('\n'))))
}

/** A paragraph without an empty content list. */
export function paragraph(content: readonly ProseInline[]): ProseBlock {
  return content.length === 0 ? { type: 'paragraph' } : { type: 'paragraph', content }
}

function linesToInline(lines: readonly string[]): ProseInline[] {
  const content: ProseInline[] = []
  lines.forEach((line, index) => {
    if (index > 0) content.push({ type: 'hardBreak' })
    if (line !== '') content.push({ type: 'text', text: line })
  })
  return content
}

/** The text of prose: blocks parted by a blank line, breaks as newlines, list items with a sign, marks left out. */
export function proseToPlain(prose: Prose): string {
  return prose.map(blockText).join('\n\n')
}

function blockText(block: ProseBlock): string {
  switch (block.type) {
    case 'paragraph':
    case 'heading':
    case 'codeBlock':
      return inlineText(block.content ?? [])
    case 'horizontalRule':
      return '* * *'
    case 'blockquote':
      return indent(proseToPlain(block.content), '> ', '> ')
    case 'bulletList':
      return block.content.map((item) => indent(proseToPlain(item.content), '- ', '  ')).join('\n')
    case 'orderedList': {
      const start = block.attrs?.start ?? 1
      return block.content.map((item, i) => indent(proseToPlain(item.content), `${start + i}. `, '   ')).join('\n')
    }
  }
}

/** Text of inline content without marks. */
export function inlineText(content: readonly ProseInline[]): string {
  return content.map((node) => (node.type === 'text' ? node.text : '\n')).join('')
}

function indent(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, i) => (i === 0 ? first : rest) + line)
    .join('\n')
}

const MARK_ORDER = ['link', 'bold', 'italic', 'strike', 'underline', 'code'] as const

/**
 * One form for equal prose: newlines in text become breaks, equal neighbours join, marks stand in one order, empty
 * content lists go, and prose of one empty paragraph is empty (EX11).
 */
export function normalizeProse(prose: Prose): ProseBlock[] {
  const blocks = prose.map(normalizeBlock)
  const only = blocks.length === 1 ? blocks[0] : undefined
  return only?.type === 'paragraph' && !only.content ? [] : blocks
}

function normalizeBlock(block: ProseBlock): ProseBlock {
  switch (block.type) {
    case 'paragraph':
      return paragraph(normalizeInline(block.content ?? []))
    case 'heading': {
      const content = normalizeInline(block.content ?? [])
      const attrs = { level: block.attrs.level }
      return content.length === 0 ? { type: 'heading', attrs } : { type: 'heading', attrs, content }
    }
    case 'codeBlock': {
      const text = (block.content ?? []).map((node) => node.text).join('')
      return text === '' ? { type: 'codeBlock' } : { type: 'codeBlock', content: [{ type: 'text', text }] }
    }
    case 'horizontalRule':
      return { type: 'horizontalRule' }
    case 'blockquote':
      return { type: 'blockquote', content: block.content.map(normalizeBlock) }
    case 'bulletList':
      return { type: 'bulletList', content: normalizeItems(block.content) }
    case 'orderedList':
      return { type: 'orderedList', attrs: { start: block.attrs?.start ?? 1 }, content: normalizeItems(block.content) }
  }
}

function normalizeItems(items: readonly { readonly content: readonly ProseBlock[] }[]) {
  return items.map((item) => ({ type: 'listItem' as const, content: item.content.map(normalizeBlock) }))
}

function normalizeInline(content: readonly ProseInline[]): ProseInline[] {
  const out: ProseInline[] = []
  const push = (text: string, marks: readonly ProseMark[]): void => {
    if (text === '') return
    const last = out.at(-1)
    if (last?.type === 'text' && JSON.stringify(last.marks ?? []) === JSON.stringify(marks)) {
      out[out.length - 1] = { ...last, text: last.text + text }
    } else out.push(marks.length === 0 ? { type: 'text', text } : { type: 'text', text, marks: [...marks] })
  }
  for (const node of content) {
    if (node.type === 'hardBreak') {
      out.push({ type: 'hardBreak' })
      continue
    }
    const marks = sortMarks(node.marks ?? [])
    node.text.split(/\r\n?|\n/).forEach((line, i) => {
      if (i > 0) out.push({ type: 'hardBreak' })
      push(line, marks)
    })
  }
  return out
}

function sortMarks(marks: readonly ProseMark[]): ProseMark[] {
  return MARK_ORDER.flatMap((type) => marks.filter((mark) => mark.type === type).slice(0, 1))
}

/** Whether prose holds nothing but unmarked paragraphs, so that plain text says it whole. */
export function isPlain(prose: Prose): boolean {
  return prose.every(
    (block) =>
      block.type === 'paragraph' && (block.content ?? []).every((node) => node.type !== 'text' || !node.marks?.length),
  )
}
