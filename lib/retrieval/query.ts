/** English function words; they carry no topic and slow the search (RT9). Other languages simply keep all words. */
const STOP = new Set(
  `a about after again all also am an and any are as at be because been before being but by can could did do does
  doing down during each few for from further had has have having he her here hers him his how i if in into is it its
  just me more most my no nor not now of off on once only or other our out over own same she should so some such than
  that the their them then there these they this those through to too under until up very was we were what when where
  which while who whom why will with would you your`.split(/\s+/),
)

/** Lower-case words of a text without stop words, in order, repeats kept. */
export function terms(text: string): string[] {
  const words = text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  return words.filter((word) => word.length > 1 && !STOP.has(word))
}

/** The text as it goes into the index: its terms joined by spaces (RT9). */
export function indexText(text: string): string {
  return terms(text).join(' ')
}

export interface QueryParts {
  /** Text of the scene so far; its last 150 words count. */
  readonly sceneText: string
  readonly instruction: string
  readonly mentions: readonly string[]
}

/** Distinct search terms of a request, at most 40, instruction and mentions before the scene's own words. */
export function queryTerms(parts: QueryParts): string[] {
  const tail = parts.sceneText.split(/\s+/).slice(-150).join(' ')
  const all = [...terms(parts.instruction), ...terms(parts.mentions.join(' ')), ...terms(tail).reverse()]
  return [...new Set(all)].slice(0, 40)
}

/** An FTS5 OR query. Every term is quoted, so text can never become query syntax. Null when there is nothing to ask. */
export function ftsQuery(words: readonly string[]): string | null {
  const quoted = words.map((word) => `"${word.replaceAll('"', '')}"`).filter((word) => word !== '""')
  return quoted.length === 0 ? null : quoted.join(' OR ')
}
