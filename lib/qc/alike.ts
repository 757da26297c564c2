import { lumaOf, shrink } from './pixels.ts'
import type { Pixels } from './pixels.ts'

/** Steps of luma that are seen. */
const SEEN = 12
/**
 * How closely one looks: longest side in px, and the share of the picture that may differ. At a glance strokes of hatching
 * melt into their tone and shapes stay; closely every stroke counts.
 */
const LOOKS = {
  glance: { side: 128, share: 0.01 },
  closely: { side: Number.POSITIVE_INFINITY, share: 0.001 },
} as const

/** Whether two pictures look the same to the eye; those of different shapes never do (QC19). */
export function looksAlike(a: Pixels, b: Pixels, look: keyof typeof LOOKS): boolean {
  if (a.width !== b.width || a.height !== b.height) return false
  const { side, share } = LOOKS[look]
  const [one, other] = [lumaOf(shrink(a, side)), lumaOf(shrink(b, side))]
  const differing = one.reduce((count, value, i) => count + (Math.abs(value - (other[i] ?? 0)) > SEEN ? 1 : 0), 0)
  return differing <= one.length * share
}
