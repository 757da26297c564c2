import { inlineFromMarkdown } from './prose-markdown-inline.ts'
import type { InlineOptions } from './prose-markdown-inline.ts'
import { paragraph } from './prose-plain.ts'
import { PROSE_DEPTH } from './story-document.ts'
import type { ProseBlock, ProseInline, ProseItem } from './story-document.ts'

// Markdown to prose: headings, quotes, lists, fenced code, rules, paragraphs. Raw HTML stays text. Rules EX12-EX13.

/** Reads Markdown as prose. Never fails: what is no markup is text. */
export function markdownToProse(text: string, options: InlineOptions): ProseBlock[] {
  return readBlocks(text.split('\n'), options, PROSE_DEPTH)
}

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$/
const RULE = /^ {0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$/
const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/
const QUOTE = /^ {0,3}> ?(.*)$/
const ITEM = /^( {0,3})([-+*]|(\d{1,9})[.)])(?: (.*))?$/
const BLANK = /^[ \t]*$/

function startsBlock(line: string): boolean {
  return HEADING.test(line) || RULE.test(line) || FENCE.test(line) || QUOTE.test(line) || ITEM.test(line)
}

function readBlocks(lines: readonly string[], options: InlineOptions, depth: number): ProseBlock[] {
  const blocks: ProseBlock[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (BLANK.test(line)) {
      at++
      continue
    }
    const next = readFlat(lines, at, options) ?? (depth > 0 ? readNested(lines, at, options, depth) : null)
    if (next) {
      blocks.push(next.block)
      at = next.at
    } else {
      const end = paragraphEnd(lines, at, depth)
      const setext = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[end] ?? '')
      const content = inlineOfLines(lines.slice(at, end), options)
      if (setext && end < lines.length) {
        blocks.push(heading(setext[1]?.startsWith('=') ? 1 : 2, content))
        at = end + 1
      } else {
        blocks.push(paragraph(content))
        at = end
      }
    }
  }
  return blocks
}

interface Read {
  readonly block: ProseBlock
  readonly at: number
}

function heading(level: number, content: readonly ProseInline[]): ProseBlock {
  return content.length === 0 ? { type: 'heading', attrs: { level } } : { type: 'heading', attrs: { level }, content }
}

function readFlat(lines: readonly string[], at: number, options: InlineOptions): Read | null {
  const line = lines[at] ?? ''
  const title = HEADING.exec(line)
  if (title) return { block: heading(title[1]?.length ?? 1, inlineFromMarkdown(title[2] ?? '', options)), at: at + 1 }
  if (RULE.test(line)) return { block: { type: 'horizontalRule' }, at: at + 1 }
  const fence = FENCE.exec(line)
  if (!fence) return null
  const sign = fence[1] ?? '```'
  if (sign.startsWith('`') && fence[2]?.includes('`')) return null
  let end = at + 1
  const closes = (candidate: string): boolean => {
    const trimmed = candidate.trim()
    return trimmed.length >= sign.length && trimmed === (sign[0] ?? '`').repeat(trimmed.length)
  }
  while (end < lines.length && !closes(lines[end] ?? '')) end++
  const text = lines.slice(at + 1, end).join('\n')
  const block: ProseBlock =
    text === '' ? { type: 'codeBlock' } : { type: 'codeBlock', content: [{ type: 'text', text }] }
  return { block, at: end + 1 }
}

function readNested(lines: readonly string[], at: number, options: InlineOptions, depth: number): Read | null {
  const line = lines[at] ?? ''
  if (QUOTE.test(line)) {
    const inner: string[] = []
    let end = at
    for (
      let match = QUOTE.exec(lines[end] ?? '');
      match && end < lines.length;
      match = QUOTE.exec(lines[++end] ?? '')
    ) {
      inner.push(match[1] ?? '')
    }
    const content = readBlocks(inner, options, depth - 1)
    return { block: { type: 'blockquote', content: content.length > 0 ? content : [{ type: 'paragraph' }] }, at: end }
  }
  const first = ITEM.exec(line)
  return first ? readList(lines, at, options, depth, first[3]) : null
}

function readList(
  lines: readonly string[],
  from: number,
  options: InlineOptions,
  depth: number,
  number: string | undefined,
): Read {
  const items: ProseItem[] = []
  const sign = ITEM.exec(lines[from] ?? '')?.[2] ?? '-'
  const family = number === undefined ? sign : sign.slice(-1)
  let at = from
  for (;;) {
    const match = ITEM.exec(lines[at] ?? '')
    const marker = match?.[2]
    if (!match || !marker || RULE.test(lines[at] ?? '')) break
    if ((match[3] === undefined ? marker : marker.slice(-1)) !== family) break
    const offset = (match[1]?.length ?? 0) + marker.length + 1
    const inner = [match[4] ?? '']
    at++
    for (; at < lines.length; at++) {
      const line = lines[at] ?? ''
      if (BLANK.test(line)) {
        // A blank line belongs to the item only when an indented line follows it.
        let ahead = at
        while (ahead < lines.length && BLANK.test(lines[ahead] ?? '')) ahead++
        if (ahead >= lines.length || leadingSpaces(lines[ahead] ?? '') < offset) break
        inner.push('')
      } else if (leadingSpaces(line) >= offset) inner.push(line.slice(offset))
      else if (!startsBlock(line) && inner.at(-1) !== '') inner.push(line.trimStart())
      else break
    }
    const content = readBlocks(inner, options, depth - 1)
    items.push({ type: 'listItem', content: content.length > 0 ? content : [{ type: 'paragraph' }] })
    let ahead = at
    while (ahead < lines.length && BLANK.test(lines[ahead] ?? '')) ahead++
    if (ITEM.test(lines[ahead] ?? '')) at = ahead
  }
  const start = Math.min(Number(number ?? 1), 1_000_000)
  return number === undefined
    ? { block: { type: 'bulletList', content: items }, at }
    : { block: { type: 'orderedList', attrs: { start }, content: items }, at }
}

function leadingSpaces(line: string): number {
  return line.length - line.trimStart().length
}

function paragraphEnd(lines: readonly string[], from: number, depth: number): number {
  let end = from + 1
  while (end < lines.length) {
    const line = lines[end] ?? ''
    if (BLANK.test(line) || /^ {0,3}=+[ \t]*$/.test(line)) break
    if (depth > 0 ? startsBlock(line) : HEADING.test(line) || RULE.test(line) || FENCE.test(line)) break
    end++
  }
  return end
}

function inlineOfLines(lines: readonly string[], options: InlineOptions): ProseInline[] {
  let text = ''
  lines.forEach((raw, i) => {
    const line = i === 0 ? raw.trimStart() : raw.trimStart()
    const last = i === lines.length - 1
    const slashes = /\\*$/.exec(line)?.[0].length ?? 0
    if (!last && slashes % 2 === 1) text += line.slice(0, -1) + '\n'
    else if (!last && / {2,}$/.test(line)) text += line.trimEnd() + '\n'
    else text += last ? line : line.trimEnd() + ' '
  })
  return inlineFromMarkdown(text, options)
}
