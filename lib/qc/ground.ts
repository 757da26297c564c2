import { luminance } from '../kernel/luminance.ts'
import type { Pixels } from './pixels.ts'
import type { Region } from './report.ts'

/** Cells along each side of the picture; at page size a cell is about as large as a letter. */
const CELLS = 32
/** Lettering is dark, so a cell counts as dark as its darkest fifth: ink lines among white disturb letters, too. */
const DARKEST = 0.2

/**
 * How light a picture is behind text laid over it: relative luminance of each cell, row by row, two hex digits each.
 * Kept with the report, so that contrast can be judged anew wherever the balloons go, without the picture (QC25).
 */
export function groundOf({ width, height, data }: Pixels): string {
  const counts = Array.from({ length: CELLS * CELLS }, () => new Uint32Array(256))
  for (let y = 0, p = 0; y < height; y++) {
    const row = Math.floor((y * CELLS) / height) * CELLS
    for (let x = 0; x < width; x++, p += 4) {
      const level = Math.round(luminance(data[p] ?? 0, data[p + 1] ?? 0, data[p + 2] ?? 0) * 255)
      const cell = counts[row + Math.floor((x * CELLS) / width)] as Uint32Array
      cell[level] = (cell[level] ?? 0) + 1
    }
  }
  return counts.map((cell) => darkLevel(cell).toString(16).padStart(2, '0')).join('')
}

function darkLevel(counts: Uint32Array): number {
  const wanted = counts.reduce((sum, count) => sum + count, 0) * DARKEST
  let seen = 0
  const level = counts.findIndex((count) => (seen += count) > wanted)
  return Math.max(0, level)
}

/** Relative luminance of the darkest cell a box touches; the box in shares of the picture. */
export function darkestBehind(ground: string, box: Region): number {
  const at = (share: number) => Math.min(CELLS - 1, Math.max(0, Math.floor(share * CELLS)))
  let darkest = 255
  for (let row = at(box.y); row <= at(box.y + box.h); row++)
    for (let column = at(box.x); column <= at(box.x + box.w); column++) {
      const cell = (row * CELLS + column) * 2
      darkest = Math.min(darkest, Number.parseInt(ground.slice(cell, cell + 2), 16))
    }
  return darkest / 255
}
