/** A picture as plain pixels: RGBA, 8 bits, row by row. */
export interface Pixels {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint8ClampedArray
}

/** Luma 0..255 (Rec. 601) per pixel. */
export function lumaOf(image: Pixels): Float32Array {
  const n = image.width * image.height
  const luma = new Float32Array(n)
  for (let i = 0, p = 0; i < n; i++, p += 4)
    luma[i] = 0.299 * (image.data[p] ?? 0) + 0.587 * (image.data[p + 1] ?? 0) + 0.114 * (image.data[p + 2] ?? 0)
  return luma
}

/** Shrinks by whole-pixel averaging so that the longer side is at most `limit` px; smaller pictures stay as they are. */
export function shrink(image: Pixels, limit: number): Pixels {
  const k = Math.ceil(Math.max(image.width, image.height) / limit)
  if (k <= 1) return image
  const [width, height] = [Math.max(1, Math.floor(image.width / k)), Math.max(1, Math.floor(image.height / k))]
  const data = new Uint8Array(width * height * 4)
  const area = k * k
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const sum = [0, 0, 0, 0]
      for (let dy = 0; dy < k; dy++)
        for (let dx = 0; dx < k; dx++) {
          const p = ((y * k + dy) * image.width + x * k + dx) * 4
          for (let c = 0; c < 4; c++) sum[c] = (sum[c] ?? 0) + (image.data[p + c] ?? 0)
        }
      for (let c = 0; c < 4; c++) data[(y * width + x) * 4 + c] = Math.round((sum[c] ?? 0) / area)
    }
  return { width, height, data }
}

/** Separable Gaussian blur, sigma in px; edges repeat. */
export function gaussian(source: Float32Array, width: number, height: number, sigma: number): Float32Array {
  const radius = Math.max(1, Math.ceil(sigma * 3))
  const kernel = Array.from({ length: radius * 2 + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)))
  const total = kernel.reduce((sum, v) => sum + v, 0)
  const weights = Float32Array.from(kernel, (v) => v / total)
  const pass = (from: Float32Array, step: number, length: number, lines: number, lineStep: number): Float32Array => {
    const to = new Float32Array(from.length)
    for (let l = 0; l < lines; l++) {
      const base = l * lineStep
      for (let i = 0; i < length; i++) {
        let sum = 0
        for (let k = -radius; k <= radius; k++) {
          const j = i + k < 0 ? 0 : i + k >= length ? length - 1 : i + k
          sum += (from[base + j * step] ?? 0) * (weights[k + radius] ?? 0)
        }
        to[base + i * step] = sum
      }
    }
    return to
  }
  return pass(pass(source, 1, width, height, width), width, height, width, 1)
}

/** Bilateral filter with a 3-px radius: smooths noise, keeps edges. `range` in luma steps. */
export function bilateral(source: Float32Array, width: number, height: number, range: number): Float32Array {
  const radius = 2
  const out = new Float32Array(source.length)
  const table = Float32Array.from({ length: 256 }, (_, d) => Math.exp(-(d * d) / (2 * range * range)))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const centre = source[y * width + x] ?? 0
      let sum = 0
      let weight = 0
      for (let dy = -radius; dy <= radius; dy++) {
        const yy = Math.min(height - 1, Math.max(0, y + dy))
        for (let dx = -radius; dx <= radius; dx++) {
          const xx = Math.min(width - 1, Math.max(0, x + dx))
          const v = source[yy * width + xx] ?? 0
          const w = table[Math.min(255, Math.round(Math.abs(v - centre)))] ?? 0
          sum += v * w
          weight += w
        }
      }
      out[y * width + x] = sum / weight
    }
  return out
}

/** Gradient magnitude by central differences. */
export function gradient(source: Float32Array, width: number, height: number): Float32Array {
  const out = new Float32Array(source.length)
  for (let y = 1; y < height - 1; y++)
    for (let x = 1; x < width - 1; x++) {
      const i = y * width + x
      out[i] =
        Math.hypot((source[i + 1] ?? 0) - (source[i - 1] ?? 0), (source[i + width] ?? 0) - (source[i - width] ?? 0)) / 2
    }
  return out
}

/** Value below which a share of the entries lie; share 0..1. */
export function percentile(values: Float32Array, share: number): number {
  const sorted = Float32Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.floor(share * (sorted.length - 1))))] ?? 0
}
