import { parse } from 'opentype.js/dist/opentype.mjs'
import type { Font, PathCommand } from 'opentype.js/dist/opentype.mjs'
import { num } from './draw/shape.ts'

/** A face as lettering needs it: advances and outlines, nothing of the operating system. */
export interface LetteringFont {
  readonly id: string
  /** Shares of the size above and below the base line. */
  readonly ascent: number
  readonly descent: number
  /** Advance in shares of the size, or null where the face has no such glyph. */
  readonly advance: (char: string) => number | null
  /** Outline path with the base line's left end at x, y. */
  readonly outline: (char: string, x: number, y: number, sizePx: number) => string
}

/** Faces ship no glyph for some marks writers use; these stand-ins mean the same. */
const STAND_INS: Readonly<Record<string, string>> = { '\u00a0': ' ', '\u2011': '-', '\u2010': '-', '\u2212': '-' }

/** Reads a .woff, .ttf or .otf file. Throws when the bytes are no font. `id` names face and version in hashes. */
export function loadFont(bytes: ArrayBuffer, id: string): LetteringFont {
  const font = parse(bytes)
  const glyphs = new Map<string, { advance: number; commands: readonly PathCommand[] } | null>()
  const glyphOf = (char: string) => {
    const known = glyphs.get(char)
    if (known !== undefined) return known
    const made = readGlyph(font, STAND_INS[char] ?? char)
    glyphs.set(char, made)
    return made
  }
  return {
    id,
    ascent: font.ascender / font.unitsPerEm,
    descent: -font.descender / font.unitsPerEm,
    advance: (char) => glyphOf(char)?.advance ?? null,
    outline: (char, x, y, sizePx) => pathText(glyphOf(char)?.commands ?? [], x, y, sizePx),
  }
}

function readGlyph(font: Font, char: string): { advance: number; commands: readonly PathCommand[] } | null {
  const glyph = font.charToGlyph(char)
  if (glyph.index === 0) return null
  return { advance: glyph.advanceWidth / font.unitsPerEm, commands: glyph.getPath(0, 0, 1000).commands }
}

function pathText(commands: readonly PathCommand[], x: number, y: number, sizePx: number): string {
  const k = sizePx / 1000
  const p = (px: number, py: number) => `${num(x + px * k)} ${num(y + py * k)}`
  return commands
    .map((c) => {
      switch (c.type) {
        case 'M':
          return `M${p(c.x, c.y)}`
        case 'L':
          return `L${p(c.x, c.y)}`
        case 'Q':
          return `Q${p(c.x1, c.y1)} ${p(c.x, c.y)}`
        case 'C':
          return `C${p(c.x1, c.y1)} ${p(c.x2, c.y2)} ${p(c.x, c.y)}`
        case 'Z':
          return 'Z'
      }
    })
    .join('')
}
