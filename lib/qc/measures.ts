import { bilateral, gaussian, gradient, lumaOf, percentile, shrink } from './pixels.ts'
import type { Pixels } from './pixels.ts'

/**
 * The pixel measures of comics.md 10, each monotone over the degradations it stands for. Pure: the same bytes give the
 * same numbers. Rules QC10-QC16.
 */
interface Measures {
  /** Fine against coarse edge gradient, 0..1; falls with blur and down-scaling, hardly moved by noise. */
  readonly sharpness: number
  /** Standard deviation of noise in the flattest half, luma steps (Immerkaer). */
  readonly noise: number
  /** Excess of gradients on the 8-pixel grid inside flat regions, 0 none. */
  readonly blocking: number
  /** p95 - p5 of luma, 0..255. */
  readonly contrast: number
  /** Share of pixels burnt out (max channel >= 253) and drowned (max channel <= 6). */
  readonly burnt: number
  readonly drowned: number
  /** Largest share of one colour (5 bits a channel). */
  readonly oneColour: number
  /** Hasler-Süsstrunk colourfulness, 0 for grey; told and never judged: noise raises it, and a style may be grey. */
  readonly colourfulness: number
  /** 64-bit difference hash, 16 hex digits, for twins. */
  readonly hash: string
}

/** Longest side of what the slower measures look at, px. */
const WORK_SIDE = 512

/** Measures a picture. Blank or tiny pictures measure as zeros where nothing can be said. */
export function measure(image: Pixels): Measures {
  const luma = lumaOf(image)
  const small = shrink(image, WORK_SIDE)
  const smallLuma = small === image ? luma : lumaOf(small)
  return {
    sharpness: sharpness(smallLuma, small.width, small.height),
    noise: noise(luma, image.width, image.height),
    blocking: blocking(luma, image.width, image.height),
    contrast: percentile(smallLuma, 0.95) - percentile(smallLuma, 0.05),
    ...exposure(image),
    oneColour: oneColour(small),
    colourfulness: colourfulness(small),
    hash: differenceHash(smallLuma, small.width, small.height),
  }
}

/** Mean over the top tenth of edges of gradient at sigma 0.8 against sigma 4, on bilateral-filtered luma. */
export function sharpness(luma: Float32Array, width: number, height: number): number {
  if (width < 16 || height < 16) return 0
  // Light smoothing first, so that noise is below the range step of the bilateral filter.
  const clean = bilateral(gaussian(luma, width, height, 0.5), width, height, 22)
  const fine = gradient(gaussian(clean, width, height, 0.8), width, height)
  const coarse = gradient(gaussian(clean, width, height, 4), width, height)
  const edge = percentile(coarse, 0.9)
  if (edge < 0.25) return 0
  let a = 0
  let b = 0
  for (let i = 0; i < coarse.length; i++) {
    if ((coarse[i] ?? 0) < edge) continue
    a += fine[i] ?? 0
    b += coarse[i] ?? 0
  }
  return b === 0 ? 0 : Math.min(1, a / b / 4)
}

/** Noise sigma by the Laplacian-difference mask, in the flattest half of 16-px tiles. */
export function noise(luma: Float32Array, width: number, height: number): number {
  const tile = 16
  const tiles: { range: number; sum: number; count: number }[] = []
  for (let ty = 1; ty + tile < height; ty += tile)
    for (let tx = 1; tx + tile < width; tx += tile) {
      let low = 255
      let high = 0
      let sum = 0
      for (let y = ty; y < ty + tile; y++)
        for (let x = tx; x < tx + tile; x++) {
          const i = y * width + x
          const c = luma[i] ?? 0
          if (c < low) low = c
          if (c > high) high = c
          const l =
            (luma[i - width - 1] ?? 0) -
            2 * (luma[i - width] ?? 0) +
            (luma[i - width + 1] ?? 0) -
            2 * (luma[i - 1] ?? 0) +
            4 * c -
            2 * (luma[i + 1] ?? 0) +
            (luma[i + width - 1] ?? 0) -
            2 * (luma[i + width] ?? 0) +
            (luma[i + width + 1] ?? 0)
          sum += Math.abs(l)
        }
      tiles.push({ range: high - low, sum, count: tile * tile })
    }
  if (tiles.length === 0) return 0
  const flat = tiles.sort((a, b) => a.range - b.range).slice(0, Math.max(1, Math.floor(tiles.length / 2)))
  const sum = flat.reduce((total, entry) => total + entry.sum, 0)
  const count = flat.reduce((total, entry) => total + entry.count, 0)
  return (Math.sqrt(Math.PI / 2) * sum) / (6 * count)
}

/** How much stronger steps on the 8-px grid are than steps beside it, where the picture is flat. */
export function blocking(luma: Float32Array, width: number, height: number): number {
  let on = 0
  let onCount = 0
  let off = 0
  let offCount = 0
  const flatLimit = 24
  const look = (i: number, step: number, position: number): void => {
    const d = Math.abs((luma[i] ?? 0) - (luma[i - step] ?? 0))
    if (d > flatLimit) return
    if (position % 8 === 0) {
      on += d
      onCount++
    } else if (position % 8 === 4) {
      off += d
      offCount++
    }
  }
  for (let y = 1; y < height; y++)
    for (let x = 1; x < width; x++) {
      if (x % 4 === 0) look(y * width + x, 1, x)
      if (y % 4 === 0) look(y * width + x, width, y)
    }
  if (onCount === 0 || offCount === 0) return 0
  return Math.max(0, on / onCount - off / offCount)
}

function exposure(image: Pixels): { burnt: number; drowned: number } {
  let burnt = 0
  let drowned = 0
  const n = image.width * image.height
  for (let i = 0, p = 0; i < n; i++, p += 4) {
    const top = Math.max(image.data[p] ?? 0, image.data[p + 1] ?? 0, image.data[p + 2] ?? 0)
    if (top >= 253) burnt++
    else if (top <= 6) drowned++
  }
  return n === 0 ? { burnt: 0, drowned: 0 } : { burnt: burnt / n, drowned: drowned / n }
}

/** Spread and offset of the opponent colours red-green and yellow-blue. */
function colourfulness(image: Pixels): number {
  const n = image.width * image.height
  const sums = { rg: 0, yb: 0, rg2: 0, yb2: 0 }
  for (let i = 0, p = 0; i < n; i++, p += 4) {
    const [r, g, b] = [image.data[p] ?? 0, image.data[p + 1] ?? 0, image.data[p + 2] ?? 0]
    const [rg, yb] = [r - g, (r + g) / 2 - b]
    sums.rg += rg
    sums.yb += yb
    sums.rg2 += rg * rg
    sums.yb2 += yb * yb
  }
  if (n === 0) return 0
  const [rg, yb] = [sums.rg / n, sums.yb / n]
  const spread = Math.sqrt(Math.max(0, sums.rg2 / n - rg * rg + sums.yb2 / n - yb * yb))
  return spread + 0.3 * Math.hypot(rg, yb)
}

function oneColour(image: Pixels): number {
  const counts = new Map<number, number>()
  const n = image.width * image.height
  let most = 0
  for (let i = 0, p = 0; i < n; i++, p += 4) {
    const key =
      (((image.data[p] ?? 0) >> 3) << 10) | (((image.data[p + 1] ?? 0) >> 3) << 5) | ((image.data[p + 2] ?? 0) >> 3)
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    if (count > most) most = count
  }
  return n === 0 ? 1 : most / n
}

/** dHash: 9 x 8 averaged cells, one bit per left-right step. */
function differenceHash(luma: Float32Array, width: number, height: number): string {
  const cell = (cx: number, cy: number): number => {
    const [x0, x1] = [
      Math.floor((cx * width) / 9),
      Math.max(Math.floor((cx * width) / 9) + 1, Math.floor(((cx + 1) * width) / 9)),
    ]
    const [y0, y1] = [
      Math.floor((cy * height) / 8),
      Math.max(Math.floor((cy * height) / 8) + 1, Math.floor(((cy + 1) * height) / 8)),
    ]
    let sum = 0
    for (let y = y0; y < y1; y++) for (let x = x0; x < x1; x++) sum += luma[y * width + x] ?? 0
    return sum / ((x1 - x0) * (y1 - y0))
  }
  let out = ''
  for (let y = 0; y < 8; y++) {
    let byte = 0
    for (let x = 0; x < 8; x++) byte = (byte << 1) | (cell(x, y) > cell(x + 1, y) ? 1 : 0)
    out += byte.toString(16).padStart(2, '0')
  }
  return out
}

/** Differing bits of two hashes, 0..64; up to 4 is a twin. */
export function hashDistance(a: string, b: string): number {
  let bits = 0
  for (let i = 0; i < 16; i += 2) {
    let v = Number.parseInt(a.slice(i, i + 2), 16) ^ Number.parseInt(b.slice(i, i + 2), 16)
    for (; v > 0; v >>= 1) bits += v & 1
  }
  return bits
}
