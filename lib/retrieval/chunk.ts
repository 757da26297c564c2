/** Cuts scene text into pieces for search (RT6-RT8): 150-250 words, at paragraph borders, dialogue kept whole. */

const MIN_WORDS = 150
const MAX_WORDS = 250

export interface Chunk {
  /** Position within the scene, from 0. */
  readonly ordinal: number
  readonly text: string
  readonly words: number
}

/**
 * Chunks of one scene's plain text (paragraphs parted by an empty line), each overlapping its neighbour by one
 * paragraph. A line of dialogue stays with the line that names its speaker. A paragraph above 250 words is cut at
 * sentences.
 */
export function chunksOf(text: string): Chunk[] {
  const units = speechUnits(paragraphs(text))
  const chunks: Chunk[] = []
  let start = 0
  while (start < units.length) {
    let end = start
    let words = 0
    while (end < units.length) {
      const next = countWords(units[end] ?? '')
      if (end > start && (words + next > MAX_WORDS || words >= MIN_WORDS)) break
      words += next
      end += 1
    }
    const part = units.slice(start, end).join('\n\n')
    chunks.push({ ordinal: chunks.length, text: part, words: countWords(part) })
    if (end >= units.length) break
    // One unit of overlap, unless that would not move on.
    start = end - start > 1 ? end - 1 : end
  }
  return chunks
}

function paragraphs(text: string): string[] {
  return text
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .flatMap(splitLong)
}

function splitLong(paragraph: string): string[] {
  if (countWords(paragraph) <= MAX_WORDS) return [paragraph]
  const out: string[] = []
  let part = ''
  for (const sentence of paragraph.match(/[^.!?…]+[.!?…]*["”’]?\s*|\S+\s*/g) ?? [paragraph]) {
    if (part !== '' && countWords(part + sentence) > MAX_WORDS) {
      out.push(part.trim())
      part = ''
    }
    part += sentence
  }
  if (part.trim() !== '') out.push(part.trim())
  return out
}

/** Joins a speaker line with the line that follows it: `MARA` or `Mara:` alone, then what she says. */
function speechUnits(parts: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] ?? ''
    const next = parts[i + 1]
    if (next !== undefined && isSpeaker(part)) {
      out.push(`${part}\n\n${next}`)
      i += 1
    } else out.push(part)
  }
  return out
}

function isSpeaker(part: string): boolean {
  return part.length <= 40 && (/^\p{Lu}[^.!?]*:$/u.test(part) || /^[\p{Lu}\s.'’-]{2,40}$/u.test(part))
}

/** Words by runs of letters and digits. */
export function countWords(text: string): number {
  return text.match(/[\p{L}\p{N}]+(?:['’-][\p{L}\p{N}]+)*/gu)?.length ?? 0
}
