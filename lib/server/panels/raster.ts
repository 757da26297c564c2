import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { renderAsync } from '@resvg/resvg-js'
import sharp from 'sharp'
import { loadFont } from '#lib/panels/font.ts'
import type { LetteringFont } from '#lib/panels/font.ts'
import type { Pixels } from '#lib/qc/pixels.ts'

/** Renders SVG of our own drawing to PNG without any system font; the same SVG gives the same bytes. */
export async function svgToPng(svg: string, widthPx?: number): Promise<Buffer> {
  const picture = await renderAsync(svg, {
    font: { loadSystemFonts: false },
    ...(widthPx === undefined ? {} : { fitTo: { mode: 'width' as const, value: widthPx } }),
  })
  return picture.asPng()
}

/** Version of the installed renderer, as recipes name it. */
export function resvgVersion(): string {
  const { version } = createRequire(import.meta.url)('@resvg/resvg-js/package.json') as { version: string }
  return version
}

/** Decodes a checked picture to plain RGBA. */
export async function pixelsOf(bytes: Uint8Array): Promise<Pixels> {
  const { data, info } = await sharp(bytes).ensureAlpha().raw().toBuffer({ resolveWithObject: true })
  return { width: info.width, height: info.height, data }
}

const FACE = '@fontsource/comic-neue/files/comic-neue-latin-700-normal.woff'
const FACE_ID = 'comic-neue-700-5.3.0'

/** File of the lettering face, as browsers fetch it. */
export function letteringFontBytes(): Buffer {
  return readFileSync(createRequire(import.meta.url).resolve(FACE))
}

let face: LetteringFont | null = null

/** The lettering face; read once, it never changes while the program runs. */
export function letteringFont(): LetteringFont {
  if (face) return face
  const bytes = letteringFontBytes()
  face = loadFont(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer, FACE_ID)
  return face
}
