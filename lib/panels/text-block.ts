import type { LetteringFont } from './font.ts'

/** Text broken and measured for one balloon, sizes in px. */
export interface TextBlock {
  readonly lines: readonly { readonly text: string; readonly width: number }[]
  readonly width: number
  readonly height: number
  readonly lineHeight: number
  readonly sizePx: number
  /** Characters the face cannot draw; a finding, never an empty box (PA43). */
  readonly missing: readonly string[]
}

/** Width of a run of text in px; characters without a glyph count as nothing. */
export function textWidth(text: string, font: LetteringFont, sizePx: number): number {
  let width = 0
  for (const char of text) width += (font.advance(char) ?? 0) * sizePx
  return width
}

/**
 * Breaks text for a balloon: wide in the middle, narrow above and below, no hyphenation (PA41).
 * `maxWidth` px is respected unless one word alone is longer. `shape` `box` breaks evenly for captions.
 */
export function layoutText(
  text: string,
  font: LetteringFont,
  options: { sizePx: number; maxWidth: number; shape: 'diamond' | 'box' },
): TextBlock {
  const { sizePx, maxWidth, shape } = options
  const words = text
    .trim()
    .split(/\s+/)
    .filter((word) => word !== '')
  const lineHeight = Math.round(sizePx * 1.16)
  const measured = words.map((word) => ({ word, width: textWidth(word, font, sizePx) }))
  const space = (font.advance(' ') ?? 0.25) * sizePx
  const widest = Math.max(0, ...measured.map((entry) => entry.width))
  const ideal = shape === 'diamond' ? 2.1 : 3.4
  let best: { lines: string[]; width: number; badness: number } | null = null
  for (let n = 1; n <= Math.max(1, Math.min(14, words.length)); n++) {
    const found = narrowest(measured, space, n, Math.max(maxWidth, widest), shape)
    if (!found) continue
    const over = found.width > maxWidth + 0.5 ? 4 : 0
    const badness = Math.abs(Math.log(found.width / (n * lineHeight) / ideal)) + over
    if (best === null || badness < best.badness) best = { ...found, badness }
  }
  const lines = (best?.lines ?? [text]).map((line) => ({ text: line, width: textWidth(line, font, sizePx) }))
  return {
    lines,
    width: Math.max(0, ...lines.map((line) => line.width)),
    height: lines.length * lineHeight,
    lineHeight,
    sizePx,
    missing: [...new Set([...text].filter((char) => !/\s/.test(char) && font.advance(char) === null))],
  }
}

type Measured = readonly { readonly word: string; readonly width: number }[]

/** The narrowest width at which the words fit on exactly `n` lines of the shape, by bisection. */
function narrowest(
  words: Measured,
  space: number,
  n: number,
  limit: number,
  shape: 'diamond' | 'box',
): { lines: string[]; width: number } | null {
  const profile = (i: number) =>
    shape === 'box' || n < 3 ? 1 : 0.62 + 0.38 * Math.sqrt(Math.max(0, 1 - (((i + 0.5) / n) * 2 - 1) ** 2))
  const fit = (width: number): string[] | null => {
    const lines: string[] = []
    let k = 0
    for (let i = 0; i < n && k < words.length; i++) {
      const room = width * profile(i)
      let line = words[k]?.word ?? ''
      let used = words[k]?.width ?? 0
      if (used > width + 0.01) return null
      k++
      while (k < words.length && used + space + (words[k]?.width ?? 0) <= room) {
        used += space + (words[k]?.width ?? 0)
        line += ` ${words[k]?.word ?? ''}`
        k++
      }
      lines.push(line)
    }
    return k >= words.length ? lines : null
  }
  let high = limit
  if (!fit(high)) return null
  let low = 0
  for (let i = 0; i < 18; i++) {
    const mid = (low + high) / 2
    if (fit(mid)) high = mid
    else low = mid
  }
  const lines = fit(high)
  return lines ? { lines, width: high } : null
}

/** The outlines of a block centred on cx with its top at y, as one path. */
export function blockOutline(
  block: TextBlock,
  font: LetteringFont,
  cx: number,
  top: number,
  align: 'centre' | 'left' = 'centre',
): string {
  let d = ''
  block.lines.forEach((line, i) => {
    const base = top + i * block.lineHeight + block.lineHeight * 0.5 + ((font.ascent - font.descent) / 2) * block.sizePx
    let x = align === 'centre' ? cx - line.width / 2 : cx - block.width / 2
    for (const char of line.text) {
      d += font.outline(char, x, base, block.sizePx)
      x += (font.advance(char) ?? 0) * block.sizePx
    }
  })
  return d
}
