import { normalizeDoc, type ProseDoc, type ProseMark, type ProseNode } from './document.ts'
import { docFromText, inlineText } from './text.ts'

/**
 * Markdown out and in, the subset the editor holds: headings 1-3, quotes, lists, rules, code blocks, bold, italic,
 * strike, code, links. Rules PR30-PR34. Underline and the mark of AI-written text have no Markdown form and are left out.
 */

/** Markdown of a document (PR30). Special characters of the text are escaped, so that reading it back gives the text. */
export function toMarkdown(doc: ProseDoc): string {
  return doc.content
    .map((child) => blockMarkdown(child))
    .filter((part) => part !== null)
    .join('\n\n')
}

function blockMarkdown(source: ProseNode): string | null {
  const children = source.content ?? []
  switch (source.type) {
    case 'heading':
      return `${'#'.repeat(Number(source.attrs?.['level'] ?? 1))} ${inlineMarkdown(children)}`
    case 'blockquote':
      return prefixed(joined(children), '> ', '> ')
    case 'bulletList':
      return children.map((item) => prefixed(joined(item.content ?? []), '- ', '  ')).join('\n')
    case 'orderedList': {
      const start = Number(source.attrs?.['start'] ?? 1)
      return children.map((item, i) => orderedItem(item, start + i)).join('\n')
    }
    case 'codeBlock':
      return `\`\`\`\n${inlineText(children)}\n\`\`\``
    case 'horizontalRule':
      return '* * *'
    default: {
      const text = inlineMarkdown(children)
      return text === '' ? null : escapeLineStart(text)
    }
  }
}

function orderedItem(item: ProseNode, number: number): string {
  const head = `${number}. `
  return prefixed(joined(item.content ?? []), head, ' '.repeat(head.length))
}

function joined(nodes: readonly ProseNode[]): string {
  return nodes.map((child) => blockMarkdown(child) ?? '').join('\n\n')
}

function prefixed(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, index) => `${index === 0 ? first : rest}${line}`.trimEnd())
    .join('\n')
}

function inlineMarkdown(nodes: readonly ProseNode[]): string {
  return nodes.map((child) => (child.type === 'hardBreak' ? '\\\n' : marked(child))).join('')
}

function marked(source: ProseNode): string {
  const raw = source.text ?? ''
  const names = new Set((source.marks ?? []).map((entry) => entry.type))
  if (names.has('code')) return `\`${raw}\``
  // Markdown marks may not begin or end with a space: it is moved outside.
  const [, before = '', core = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(raw) ?? []
  if (core === '') return raw
  let text = core.replace(/[\\`*_~[\]<>]/g, (sign) => `\\${sign}`)
  if (names.has('strike')) text = `~~${text}~~`
  if (names.has('italic')) text = `*${text}*`
  if (names.has('bold')) text = `**${text}**`
  const link = source.marks?.find((entry) => entry.type === 'link')
  if (link) text = `[${text}](${String(link.attrs?.['href'] ?? '')})`
  return `${before}${text}${after}`
}

function escapeLineStart(text: string): string {
  return text.replace(/^(#{1,6} |[-+] |> )/, '\\$1').replace(/^(\d+)([.)]) /, '$1\\$2 ')
}

/** A document from Markdown (PR31). What the subset lacks stays as the text it was; nothing is lost or run. */
export function fromMarkdown(text: string): ProseDoc {
  return normalizeDoc({ type: 'doc', content: parseBlocks(text.replace(/\r\n?/g, '\n').split('\n'), 0) })
}

const RULE = /^ {0,3}([*_-])[ \t]*(?:\1[ \t]*){2,}$/
const ITEM = /^( {0,3})([-*+]|\d{1,9}[.)])[ \t]+(.*)$/
const FENCE = /^ {0,3}```/

function parseBlocks(lines: readonly string[], depth: number): ProseNode[] {
  if (depth > 10) return [...docFromText(lines.join('\n')).content]
  const out: ProseNode[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    const heading = /^ {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$/.exec(line)
    if (line.trim() === '') at++
    else if (FENCE.test(line)) at = readFence(lines, at, out)
    else if (RULE.test(line)) {
      out.push({ type: 'horizontalRule' })
      at++
    } else if (heading) {
      out.push({
        type: 'heading',
        attrs: { level: Math.min(3, heading[1]?.length ?? 1) },
        content: parseInline(heading[2] ?? ''),
      })
      at++
    } else if (/^ {0,3}>/.test(line)) at = readQuote(lines, at, out, depth)
    else if (ITEM.test(line)) at = readList(lines, at, out, depth)
    else at = readParagraph(lines, at, out)
  }
  return out
}

function readFence(lines: readonly string[], from: number, out: ProseNode[]): number {
  let end = from + 1
  while (end < lines.length && !FENCE.test(lines[end] ?? '')) end++
  const text = lines.slice(from + 1, end).join('\n')
  out.push({ type: 'codeBlock', content: text ? [{ type: 'text', text }] : [] })
  return end + 1
}

function readQuote(lines: readonly string[], from: number, out: ProseNode[], depth: number): number {
  let end = from
  while (end < lines.length && /^ {0,3}>/.test(lines[end] ?? '')) end++
  const inner = lines.slice(from, end).map((line) => line.replace(/^ {0,3}> ?/, ''))
  out.push({ type: 'blockquote', content: parseBlocks(inner, depth + 1) })
  return end
}

function readList(lines: readonly string[], from: number, out: ProseNode[], depth: number): number {
  const ordered = /\d/.test(ITEM.exec(lines[from] ?? '')?.[2] ?? '')
  const items: ProseNode[] = []
  let at = from
  while (at < lines.length) {
    const match = ITEM.exec(lines[at] ?? '')
    if (!match || /\d/.test(match[2] ?? '') !== ordered || RULE.test(lines[at] ?? '')) break
    const inner = [match[3] ?? '']
    at++
    while (at < lines.length && isContinuation(lines, at)) inner.push((lines[at++] ?? '').replace(/^ {1,4}/, ''))
    items.push({ type: 'listItem', content: parseBlocks(inner, depth + 1) })
  }
  const start = Number.parseInt(ITEM.exec(lines[from] ?? '')?.[2] ?? '1', 10)
  out.push(ordered ? { type: 'orderedList', attrs: { start }, content: items } : { type: 'bulletList', content: items })
  return at
}

/** An indented line, or an empty one before an indented line, belongs to the list item above. */
function isContinuation(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  if (/^ {2,}\S/.test(line)) return true
  return line.trim() === '' && /^ {2,}\S/.test(lines[at + 1] ?? '')
}

function readParagraph(lines: readonly string[], from: number, out: ProseNode[]): number {
  let end = from + 1
  while (end < lines.length && !startsBlock(lines[end] ?? '')) end++
  const content: ProseNode[] = []
  lines.slice(from, end).forEach((line, index) => {
    const previous = lines[from + index - 1] ?? ''
    // A line ended by a backslash or two spaces breaks; else the line feed is only a space (PR33).
    if (index > 0) content.push(/(\\| {2})$/.test(previous) ? { type: 'hardBreak' } : { type: 'text', text: ' ' })
    const last = from + index === end - 1
    const text = last ? line.trimEnd() : line.replace(/(\\| +)$/, '')
    content.push(...parseInline(text.replace(/^ +/, '')))
  })
  out.push({ type: 'paragraph', content })
  return end
}

function startsBlock(line: string): boolean {
  return (
    line.trim() === '' || FENCE.test(line) || RULE.test(line) || ITEM.test(line) || /^ {0,3}(#{1,6}[ \t]|>)/.test(line)
  )
}

/** One pass over spans: escapes, code, links, bold, italic, strike. Each alternative is linear in its own length. */
const SPAN =
  /\\([\\`*_~[\]<>#+\-.)!>])|`([^`\n]{1,2000})`|\[([^\]\n]{1,500})\]\(([^)\s]{1,500})\)|(\*\*|__)(?=\S)([^\n]{1,4000}?\S)\5|~~(?=\S)([^\n]{1,4000}?\S)~~|([*_])(?=\S)([^\n]{0,4000}?[^\s\\])\8/

function parseInline(text: string, marks: readonly ProseMark[] = []): ProseNode[] {
  const out: ProseNode[] = []
  let rest = text
  const plain = (part: string) => {
    if (part) out.push(marks.length > 0 ? { type: 'text', text: part, marks } : { type: 'text', text: part })
  }
  while (rest !== '') {
    const match = SPAN.exec(rest)
    if (!match) break
    const before = rest.slice(0, match.index)
    // An underscore inside a word is a letter there, not emphasis ("snake_case").
    const wordy = /[\p{L}\p{N}]$/u.test(before) && (match[8] === '_' || match[5] === '__')
    if (wordy) {
      plain(before + rest.slice(match.index, match.index + 1))
      rest = rest.slice(match.index + 1)
      continue
    }
    plain(before)
    out.push(...spanNodes(match, marks))
    rest = rest.slice(match.index + match[0].length)
  }
  plain(rest)
  return mergeRuns(out)
}

function spanNodes(match: RegExpExecArray, marks: readonly ProseMark[]): ProseNode[] {
  const [, escaped, code, linkText, href, , bold, strike, , italic] = match
  if (escaped !== undefined) return [withMarks(escaped, marks)]
  if (code !== undefined) return [withMarks(code, [...marks, { type: 'code' }])]
  if (linkText !== undefined) return parseInline(linkText, [...marks, { type: 'link', attrs: { href: href ?? '' } }])
  if (bold !== undefined) return parseInline(bold, [...marks, { type: 'bold' }])
  if (strike !== undefined) return parseInline(strike, [...marks, { type: 'strike' }])
  return parseInline(italic ?? '', [...marks, { type: 'italic' }])
}

function withMarks(text: string, marks: readonly ProseMark[]): ProseNode {
  return marks.length > 0 ? { type: 'text', text, marks } : { type: 'text', text }
}

/** Joins neighbouring runs with the same marks; escapes would else leave one run per sign. */
function mergeRuns(nodes: readonly ProseNode[]): ProseNode[] {
  const out: ProseNode[] = []
  for (const next of nodes) {
    const last = out.at(-1)
    const same = last && JSON.stringify(last.marks ?? []) === JSON.stringify(next.marks ?? [])
    if (last && same && last.type === 'text' && next.type === 'text')
      out[out.length - 1] = { ...last, text: `${last.text}${next.text}` }
    else out.push(next)
  }
  return out
}
