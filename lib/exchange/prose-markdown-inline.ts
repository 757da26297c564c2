import { wikiLinkAt } from './twine-links.ts'
import type { ProseInline, ProseMark } from './story-document.ts'

// Marks inside one line of Markdown. One pass, linear: a delimiter may be open once, unclosed ones stay text.

export interface InlineOptions {
  /** Leave whole `[[links]]` as text. */
  readonly wiki: boolean
  /** Told of every picture, which becomes its alternative text. */
  readonly onImage?: (alt: string, source: string) => void
}

interface Piece {
  text: string
  marks: ProseMark[]
}
type Sign = 'bold' | 'italic' | 'strike' | 'underline' | 'link' | 'image'
interface Open {
  readonly sign: Sign
  readonly at: number
}

const wordChar = /[\p{L}\p{N}]/u
const space = /\s/

/** Reads one paragraph's text; a newline in it is a hard break. */
export function inlineFromMarkdown(text: string, options: InlineOptions): ProseInline[] {
  const pieces: Piece[] = []
  const open: Open[] = []
  const missingFences = new Set<string>()
  let plain = ''
  const flush = (): void => {
    if (plain !== '') pieces.push({ text: plain, marks: [] })
    plain = ''
  }
  const start = (sign: Sign, raw: string): void => {
    flush()
    // The delimiter itself is a piece, so that an unclosed one turns back into text by staying.
    pieces.push({ text: raw, marks: [] })
    open.push({ sign, at: pieces.length - 1 })
  }
  const isOpen = (sign: Sign): boolean => open.some((entry) => entry.sign === sign)
  const close = (sign: Sign, mark: ProseMark | null): void => {
    flush()
    for (let entry = open.pop(); entry; entry = open.pop()) {
      if (entry.sign !== sign) continue
      const opener = pieces[entry.at]
      if (opener) opener.text = ''
      if (mark) for (const piece of pieces.slice(entry.at + 1)) piece.marks.push(mark)
      return
    }
  }
  const toggle = (sign: 'bold' | 'italic' | 'strike' | 'underline', raw: string, at: number): boolean => {
    const before = text[at - 1] ?? ' '
    const after = text[at + raw.length] ?? ' '
    const inWord = raw.startsWith('_')
    if (isOpen(sign) && !space.test(before) && !(inWord && wordChar.test(after))) {
      close(sign, { type: sign })
      return true
    }
    if (!isOpen(sign) && !space.test(after) && !(inWord && wordChar.test(before))) {
      start(sign, raw)
      return true
    }
    return false
  }

  let i = 0
  while (i < text.length) {
    const char = text[i] ?? ''
    if (char === '\\' && /[\\`*_~[\]<>#+\-.!(){}|=:&"'$%,/;?@^]/.test(text[i + 1] ?? '')) {
      plain += text[i + 1]
      i += 2
    } else if (char === '`') {
      const fence = /^`+/.exec(text.slice(i, i + 100))?.[0] ?? '`'
      const end = missingFences.has(fence) ? -1 : closingFence(text, i + fence.length, fence)
      if (end < 0) {
        missingFences.add(fence)
        plain += fence
        i += fence.length
      } else {
        flush()
        let code = text.slice(i + fence.length, end)
        if (/^ .*`.* $|^ `| `$|^ .*[^ ].* $/.test(code) && code.startsWith(' ') && code.endsWith(' '))
          code = code.slice(1, -1)
        pieces.push({ text: code, marks: [{ type: 'code' }] })
        i = end + fence.length
      }
    } else if (options.wiki && char === '[' && text[i + 1] === '[' && wikiLinkAt(text, i)) {
      const link = wikiLinkAt(text, i)
      plain += text.slice(i, link?.end)
      i = link?.end ?? i + 2
    } else if (char === '!' && text[i + 1] === '[' && !isOpen('image') && !isOpen('link')) {
      start('image', '![')
      i += 2
    } else if (char === '[' && !isOpen('link') && !isOpen('image')) {
      start('link', '[')
      i += 1
    } else if (char === ']' && text[i + 1] === '(' && (isOpen('link') || isOpen('image'))) {
      const target = /^\(\s*(<[^<>\n]{0,2000}>|[^\s()]{0,2000})(?:\s+"[^"\n]{0,300}")?\s*\)/.exec(
        text.slice(i + 1, i + 2400),
      )
      if (!target) {
        plain += char
        i += 1
        continue
      }
      const href = (target[1] ?? '').replace(/^<|>$/g, '')
      const kind = isOpen('image') ? 'image' : 'link'
      const from = open.findLast((entry) => entry.sign === kind)?.at ?? 0
      close(kind, kind === 'link' ? { type: 'link', attrs: { href } } : null)
      if (kind === 'image')
        options.onImage?.(
          pieces
            .slice(from)
            .map((piece) => piece.text)
            .join(''),
          href,
        )
      i += 1 + target[0].length
    } else if (char === '*' || char === '_') {
      i += emphasis(text, i, char, { toggle, isOpen, top: () => open.at(-1)?.sign, plain: (raw) => (plain += raw) })
    } else if (char === '~' && text[i + 1] === '~' && toggle('strike', '~~', i)) i += 2
    else if (text.startsWith('<u>', i) && !isOpen('underline')) {
      start('underline', '<u>')
      i += 3
    } else if (text.startsWith('</u>', i) && isOpen('underline')) {
      close('underline', { type: 'underline' })
      i += 4
    } else {
      plain += char
      i += 1
    }
  }
  flush()
  return toInline(pieces)
}

interface EmphasisTools {
  readonly toggle: (sign: 'bold' | 'italic', raw: string, at: number) => boolean
  readonly isOpen: (sign: Sign) => boolean
  readonly top: () => Sign | undefined
  readonly plain: (raw: string) => void
}

/** Handles a run of `*` or `_`; returns how many characters it used. */
function emphasis(text: string, at: number, char: string, tools: EmphasisTools): number {
  let run = 1
  while (run < 3 && text[at + run] === char) run++
  if (run === 3) {
    const italicFirst = tools.top() === 'italic'
    const order = italicFirst ? (['italic', 'bold'] as const) : (['bold', 'italic'] as const)
    if (tools.isOpen('bold') === tools.isOpen('italic')) {
      let used = 0
      for (const sign of order) {
        const raw = char.repeat(sign === 'bold' ? 2 : 1)
        if (!tools.toggle(sign, raw, at + used)) break
        used += raw.length
      }
      if (used > 0) return used
    }
    const single = tools.isOpen('italic') && tools.top() === 'italic'
    if (single && tools.toggle('italic', char, at)) return 1
  }
  if (run >= 2 && tools.toggle('bold', char + char, at)) return 2
  if (run !== 2 && tools.toggle('italic', char, at)) return 1
  const raw = char.repeat(Math.min(run, 2))
  tools.plain(raw)
  return raw.length
}

function closingFence(text: string, from: number, fence: string): number {
  for (let at = text.indexOf(fence, from); at >= 0; at = text.indexOf(fence, at)) {
    let end = at
    while (text[end] === '`') end++
    if (end - at === fence.length) return at
    at = end
  }
  return -1
}

function toInline(pieces: readonly Piece[]): ProseInline[] {
  const out: ProseInline[] = []
  for (const piece of pieces) {
    piece.text.split('\n').forEach((line, i) => {
      if (i > 0) out.push({ type: 'hardBreak' })
      if (line === '') return
      out.push(
        piece.marks.length === 0
          ? { type: 'text', text: line }
          : { type: 'text', text: line, marks: uniqueMarks(piece.marks) },
      )
    })
  }
  return out
}

function uniqueMarks(marks: readonly ProseMark[]): ProseMark[] {
  return marks.filter((mark, i) => marks.findIndex((other) => other.type === mark.type) === i)
}
