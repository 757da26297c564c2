/**
 * How well a text answers a query (product.md 4.2, Palette): exact 1.0, prefix 0.9, contains 0.7, letters in order
 * 0.5 + 0.3 x the share of the text that the letters cover; 0 when they are not all there. Both are folded by `fold`.
 */
export function rank(query: string, text: string): number {
  if (query === '') return 0
  if (text === query) return 1
  if (text.startsWith(query)) return 0.9
  if (text.includes(query)) return 0.7
  let at = 0
  for (const letter of query) {
    if (letter === ' ') continue
    const found = text.indexOf(letter, at)
    if (found < 0) return 0
    at = found + 1
  }
  return 0.5 + (0.3 * query.length) / Math.max(text.length, query.length)
}

/** Folds case and accents, so that `cafe` finds `Café`. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()
}

export interface Ranked<T> {
  readonly item: T
  readonly score: number
}

export interface RankInput<T> {
  readonly items: readonly T[]
  readonly query: string
  /** What it is found by, folded by `fold` beforehand: folding costs more than all the rest, and the query changes alone. */
  readonly foldedOf: (item: T) => string
  /** How recently used, larger is newer, 0 never: settles ties. */
  readonly recencyOf: (item: T) => number
  readonly limit: number
}

/** The best matches, best first; ties go to the recently used, then to the given order. */
export function rankAll<T>({ items, query, foldedOf, recencyOf, limit }: RankInput<T>): Ranked<T>[] {
  const folded = fold(query)
  const scored: Ranked<T>[] = []
  for (const item of items) {
    const score = folded === '' ? 1 : rank(folded, foldedOf(item))
    if (score > 0) scored.push({ item, score })
  }
  scored.sort((a, b) => b.score - a.score || recencyOf(b.item) - recencyOf(a.item))
  return scored.slice(0, limit)
}
