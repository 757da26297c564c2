import { wikiLinkAt } from './twine-links.ts'
import type { Prose, ProseBlock, ProseInline, ProseMark } from './story-document.ts'

// Prose as Markdown (CommonMark's common part, `<u>` for underline). Rules EX12-EX13 in SPEC.md.

/** Writes prose as Markdown. `wiki` leaves whole `[[links]]` in text unescaped. */
export function proseToMarkdown(prose: Prose, options: { readonly wiki: boolean }): string {
  return prose.map((block) => blockMarkdown(block, options.wiki)).join('\n\n')
}

function blockMarkdown(block: ProseBlock, wiki: boolean): string {
  switch (block.type) {
    case 'paragraph':
      return inlineMarkdown(block.content ?? [], wiki)
    case 'heading':
      return `${'#'.repeat(block.attrs.level)} ${inlineMarkdown(block.content ?? [], wiki)}`
    case 'codeBlock': {
      const text = (block.content ?? []).map((node) => node.text).join('')
      const fence = '`'.repeat(Math.max(3, longestRun(text, '`') + 1))
      return `${fence}\n${text}\n${fence}`
    }
    case 'horizontalRule':
      return '---'
    case 'blockquote':
      return indented(proseToMarkdown(block.content, { wiki }), '> ', '> ')
    case 'bulletList':
      return block.content.map((item) => indented(proseToMarkdown(item.content, { wiki }), '- ', '  ')).join('\n')
    case 'orderedList': {
      const start = block.attrs?.start ?? 1
      return block.content
        .map((item, i) => {
          const sign = `${start + i}. `
          return indented(proseToMarkdown(item.content, { wiki }), sign, ' '.repeat(sign.length))
        })
        .join('\n')
    }
  }
}

function indented(text: string, first: string, rest: string): string {
  return text
    .split('\n')
    .map((line, i) => (i === 0 ? first + line : line === '' ? rest.trimEnd() : rest + line))
    .join('\n')
}

const SIGNS: Record<Exclude<ProseMark['type'], 'link' | 'code'>, readonly [string, string]> = {
  bold: ['**', '**'],
  italic: ['*', '*'],
  strike: ['~~', '~~'],
  underline: ['<u>', '</u>'],
}

function inlineMarkdown(content: readonly ProseInline[], wiki: boolean): string {
  const lines: string[] = []
  let line = ''
  let open: ProseMark[] = []
  const closeTo = (keep: number): void => {
    while (open.length > keep) {
      const mark = open.pop()
      if (mark?.type === 'link') line += `](${mark.attrs.href})`
      else if (mark && mark.type !== 'code') line += SIGNS[mark.type][1]
    }
  }
  for (const node of content) {
    if (node.type === 'hardBreak') {
      lines.push(line)
      line = ''
      continue
    }
    const wanted = (node.marks ?? []).filter((mark) => mark.type !== 'code')
    let same = 0
    while (same < open.length && JSON.stringify(open[same]) === JSON.stringify(wanted[same])) same++
    closeTo(same)
    for (const mark of wanted.slice(same)) {
      if (mark.type === 'link') line += '['
      else if (mark.type !== 'code') line += SIGNS[mark.type][0]
    }
    open = [...wanted]
    const code = node.marks?.some((mark) => mark.type === 'code')
    line += code ? codeSpan(node.text) : escapeText(node.text, wiki)
  }
  closeTo(0)
  lines.push(line)
  return lines.map(escapeLineStart).join('\\\n')
}

function codeSpan(text: string): string {
  const fence = '`'.repeat(longestRun(text, '`') + 1)
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return fence + pad + text + pad + fence
}

function longestRun(text: string, sign: string): number {
  let longest = 0
  let run = 0
  for (const char of text) {
    run = char === sign ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}

const wordChar = /[\p{L}\p{N}]/u

function escapeText(text: string, wiki: boolean): string {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const char = text[i] ?? ''
    if (wiki && char === '[') {
      const link = wikiLinkAt(text, i)
      if (link) {
        out += text.slice(i, link.end)
        i = link.end - 1
        continue
      }
    }
    if (char === '_') {
      const inWord = wordChar.test(text[i - 1] ?? '') && wordChar.test(text[i + 1] ?? '')
      out += inWord ? char : '\\_'
    } else if (char === '<' && /^<\/?u>/.test(text.slice(i, i + 4))) out += '\\<'
    else if ('\\*`~[]'.includes(char)) out += '\\' + char
    else out += char
  }
  return out
}

function escapeLineStart(line: string): string {
  if (/^(#|>|[-+] |[-+]$|-{3,}|={2,})/.test(line)) return '\\' + line
  const number = /^(\d{1,9})([.)])( |$)/.exec(line)
  return number ? `${number[1]}\\${line.slice(number[1]?.length ?? 0)}` : line
}
