import type { NewId } from '../kernel/ids.ts'
import type { SceneId } from '../kernel/ids.ts'
import {
  guessAngle,
  guessLight,
  guessProp,
  guessSetting,
  guessShot,
  guessView,
  openingSetting,
  readAction,
  readExpression,
  shotForPose,
} from './cues.ts'
import type { CastMember, Figure, Light, Line, PanelScript, Setting, SourceRange } from './script.ts'

/** Which rules cut and read the prose; part of the panel's origin. */
export const BREAKDOWN_VERSION = 'rules-3'

interface BreakdownInput {
  readonly sceneId: SceneId
  /** Plain text; paragraphs are separated by line breaks. */
  readonly prose: string
  readonly cast: readonly CastMember[]
  readonly newId: NewId
  /** At most this many panels; later beats are joined. */
  readonly maxPanels?: number
}

/** A quote in the prose: character range of the words without their marks. */
interface Quote {
  readonly from: number
  readonly to: number
  readonly text: string
}
interface Beat {
  readonly from: number
  readonly to: number
  readonly text: string
  readonly quotes: readonly Quote[]
  /** It goes on with the paragraph of the beat before. */
  readonly continued: boolean
}

/** A paragraph longer than this is cut, characters. */
const LONG_BEAT = 420
/** Words of speech that leave room for faces; the most a panel may hold is 50 (comics.md 8). */
const SPOKEN_WORDS = 35

/**
 * Cuts a scene's prose into panels by rules (PA1-PA5): paragraphs are beats, long ones are cut at sentences, quoted
 * speech becomes lines of the character it belongs to, cue words choose shot, angle, place, light, pose and face.
 * Every panel and line keeps the verbatim range it came from. No model, no randomness but the ids.
 */
export function breakDown(input: BreakdownInput): PanelScript[] {
  const beats = joinToLimit(cutBeats(input.prose), input.maxPanels ?? 24)
  let setting: Setting = openingSetting(input.prose.slice(0, 1200)) ?? 'none'
  let light: Light = guessLight(input.prose.slice(0, 1200)) ?? 'day'
  let lastSpeakers: string[] = []
  let recent: string | null = null
  const panels: PanelScript[] = []
  beats.forEach((beat, index) => {
    const narration = withoutQuotes(beat)
    setting = guessSetting(narration) ?? setting
    light = guessLight(narration) ?? light
    const spoken = beat.quotes.map((quote, i) => ({ quote, speaker: speakerOf(input, beat, i, lastSpeakers, recent) }))
    for (const entry of spoken)
      if (entry.speaker)
        lastSpeakers = [entry.speaker, ...lastSpeakers.filter((id) => id !== entry.speaker)].slice(0, 2)
    const named = mentioned(narration, input.cast)
    // A pronoun alone carries on with whoever was named last.
    if (named.length === 0 && recent && /\b(she|he|they|her|his|him)\b/i.test(narration)) named.push(recent)
    recent = named.at(-1) ?? recent
    const present = [
      ...new Set([...spoken.flatMap((entry) => (entry.speaker ? [entry.speaker] : [])), ...named]),
    ].slice(0, 3)
    if (present.length === 1 && spoken.length > 0 && lastSpeakers.length === 2 && index > 0 && spoken.length > 1)
      present.push(...lastSpeakers.filter((id) => !present.includes(id)).slice(0, 1))
    const figures = present.map((id, i) => figureOf(input, narration, beat, id, i, present.length))
    const lines = spoken.flatMap((entry) =>
      splitLine(input.prose, entry.quote).map((part) => lineOf(input, beat, part, entry.speaker)),
    )
    panels.push({
      id: input.newId('panel'),
      sceneId: input.sceneId,
      beat: beat.text.slice(0, 600),
      source: range(input.prose, beat.from, beat.to),
      shot: shotForPose(
        guessShot(narration, { index, count: beats.length, figures: figures.length, lines: lines.length }),
        figures.map((figure) => figure.action),
      ),
      angle: guessAngle(narration),
      // A look outside changes nothing about where the scene goes on.
      setting: (figures.length === 0 ? (guessSetting(narration) ?? guessView(narration)) : null) ?? setting,
      light,
      figures,
      lines: lines.length > 0 ? lines.slice(0, 6) : captionOf(input, beat, index),
      altText: '',
      weight: index === 0 ? 4 : lines.length > 2 ? 3 : beat.text.length > 260 ? 3 : 2,
      turn: false,
    })
  })
  return panels
}

function range(prose: string, from: number, to: number): SourceRange {
  const end = Math.min(to, from + 4000)
  return { from, to: end, quote: prose.slice(from, end) }
}

/** Paragraphs as beats; paragraphs that are long, or say more than one panel has room for, are cut at sentence ends. */
function cutBeats(prose: string): Beat[] {
  const beats: Beat[] = []
  for (const match of prose.matchAll(/[^\n]+/g)) {
    const text = match[0]
    const start = match.index + (text.length - text.trimStart().length)
    const trimmed = text.trim()
    if (trimmed === '' || /^[*\-–—_#\s]+$/.test(trimmed)) continue
    sentencesWithin(trimmed).forEach(([from, to], i) =>
      beats.push({ ...beat(prose, start + from, start + to), continued: i > 0 }),
    )
  }
  return beats
}

function tooMuch(text: string): boolean {
  if (text.length > LONG_BEAT) return true
  const spoken = quotesIn(text, 0, text.length)
  return spoken.length > 1 && spoken.reduce((sum, quote) => sum + quote.text.split(/\s+/).length, 0) > SPOKEN_WORDS
}

/** Cuts a paragraph at ends of sentences outside of speech, so that no part is too much where that can be helped. */
function sentencesWithin(text: string): [number, number][] {
  if (!tooMuch(text)) return [[0, text.length]]
  const parts: [number, number][] = []
  let from = 0
  let last = 0
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '“') depth++
    if (text[i] === '”') depth = Math.max(0, depth - 1)
    const ends =
      depth === 0 &&
      /[.!?]/.test(text[i] ?? '') &&
      /["”'’]?\s/.test(text.slice(i + 1, i + 3)) &&
      (text.slice(from, i).split('"').length - 1) % 2 === 0
    if (!ends) continue
    const end = i + 1 + (/["”]/.test(text[i + 1] ?? '') ? 1 : 0)
    if (last > from && tooMuch(text.slice(from, end))) {
      parts.push([from, last])
      from = last
      while (text[from] === ' ') from++
    }
    last = end
  }
  if (last > from && last < text.length && tooMuch(text.slice(from))) {
    parts.push([from, last])
    from = last
    while (text[from] === ' ') from++
  }
  parts.push([from, text.length])
  return parts
}

function beat(prose: string, from: number, to: number): Omit<Beat, 'continued'> {
  return { from, to, text: prose.slice(from, to), quotes: quotesIn(prose, from, to) }
}

/** Double-quoted speech, straight or curly; a single quote is an apostrophe too often to be trusted. */
function quotesIn(prose: string, from: number, to: number): Quote[] {
  const found: Quote[] = []
  for (const match of prose.slice(from, to).matchAll(/[“"„«]([^”"“»«„]{1,480})[”"“»]/g)) {
    const text = (match[1] ?? '').trim()
    if (text === '') continue
    const start = from + match.index + match[0].indexOf(text)
    found.push({ from: start, to: start + text.length, text })
  }
  return found
}

/** Joins neighbouring short beats until the scene fits the limit; nothing is dropped. */
function joinToLimit(beats: readonly Beat[], limit: number): Beat[] {
  const list = [...beats]
  while (list.length > limit) {
    let best = 0
    for (let i = 1; i < list.length - 1; i++) if (pairLength(list, i) < pairLength(list, best)) best = i
    const [a, b] = [list[best], list[best + 1]]
    if (!a || !b) break
    const text = `${a.text} ${b.text}`
    list.splice(best, 2, { ...a, to: b.to, text, quotes: [...a.quotes, ...b.quotes] })
  }
  return list
}

function pairLength(list: readonly Beat[], i: number): number {
  return (list[i]?.text.length ?? 0) + (list[i + 1]?.text.length ?? 0)
}

function withoutQuotes(entry: Beat): string {
  let text = entry.text
  for (const quote of entry.quotes) text = text.replace(quote.text, '…')
  return text
}

const SAYS =
  'said|says|asked|asks|whispered|whispers|shouted|shouts|called|calls|cried|cries|muttered|mutters|replied|replies|answered|answers|murmured|murmurs|yelled|added|began|laughed|sighed|told|snapped|hissed|growled|repeated|breathed|went on'

/** Names a character answers to, longest first, as a pattern. */
function namePattern(member: CastMember): string {
  const escape = (name: string) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return [member.name, ...member.aliases]
    .filter((name) => name.trim() !== '')
    .sort((a, b) => b.length - a.length)
    .map(escape)
    .join('|')
}

/** Whose words these are: a tag beside them, the only name in the beat, or the turn of a two-person talk (PA4). */
function speakerOf(
  input: BreakdownInput,
  entry: Beat,
  index: number,
  last: readonly string[],
  recent: string | null,
): string | null {
  const quote = entry.quotes[index] as Quote
  const before = input.prose.slice(
    Math.max(entry.from, (entry.quotes[index - 1]?.to ?? entry.from - 1) + 1),
    Math.max(entry.from, quote.from - 1),
  )
  const after = input.prose.slice(quote.to + 1, Math.min(entry.to, entry.quotes[index + 1]?.from ?? entry.to))
  const tail = after.slice(0, 90)
  const lead = before.slice(-90)
  for (const member of input.cast) {
    const name = namePattern(member)
    if (name === '') continue
    if (
      new RegExp(
        `^[,.!?…”"\\s]*(?:(?:${SAYS})\\s+(?:${name})\\b|(?:${name})\\s+(?:\\w+ly\\s+)?(?:${SAYS})\\b)`,
        'i',
      ).test(tail)
    )
      return member.id
    if (new RegExp(`\\b(?:${name})\\b[^.!?“”"]{0,60}\\b(?:${SAYS})\\b[^.!?“”"]{0,40}[,:]?\\s*$`, 'i').test(lead))
      return member.id
  }
  const close = mentioned(`${lead.split(/[.!?]/).at(-1) ?? ''} ${tail.split(/[.!?]/)[0] ?? ''}`, input.cast)
  if (close.length === 1) return close[0] ?? null
  const previous = index > 0 ? speakerOf(input, entry, index - 1, last, recent) : null
  // In one paragraph a second quote usually continues the first, also where the paragraph was cut between them.
  if (previous) return previous
  if (index === 0 && entry.continued && last[0] !== undefined) return last[0]
  const inBeat = mentioned(withoutQuotes(entry), input.cast)
  if (inBeat.length === 1) return inBeat[0] ?? null
  // "She said", or "He nodded" right behind the words: whoever was named last.
  if (inBeat.length === 0 && recent && /^[,.!?…”"\s]*(?:he|she|they)\b/i.test(tail)) return recent
  if (last.length === 2) return last[1] ?? null
  // Two people in the story, one of them spoke: words without a tag answer.
  if (last.length === 1 && input.cast.length === 2)
    return input.cast.find((member) => member.id !== last[0])?.id ?? null
  return input.cast.length === 1 ? (input.cast[0]?.id ?? null) : null
}

/** Ids of the characters named in a text, by first mention. */
function mentioned(text: string, cast: readonly CastMember[]): string[] {
  return cast
    .map((member) => ({
      id: member.id,
      at: namePattern(member) === '' ? -1 : text.search(new RegExp(`\\b(?:${namePattern(member)})\\b`, 'i')),
    }))
    .filter((entry) => entry.at >= 0)
    .sort((a, b) => a.at - b.at)
    .map((entry) => entry.id)
}

/** The sentences of a beat in which one character is named, and those with a pronoun where nobody else is. */
function about(narration: string, id: string, cast: readonly CastMember[], alone: boolean): string {
  const sentences = narration.match(/[^.!?]+[.!?…]*/g) ?? []
  const member = cast.find((entry) => entry.id === id)
  if (!member) return alone ? narration : ''
  const names = `${namePattern(member)}${alone ? '|she|he|they|her|his|their' : ''}`
  const own = sentences.filter((sentence) => new RegExp(`\\b(?:${names})\\b`, 'i').test(sentence)).join(' ')
  // What a boat or a door does is nobody's pose, unless the beat says nothing else.
  return own === '' && alone ? narration : own
}

function figureOf(
  input: BreakdownInput,
  narration: string,
  entry: Beat,
  id: string,
  index: number,
  count: number,
): Figure {
  const text = about(narration, id, input.cast, count === 1)
  const side = count === 1 ? 'centre' : index === 0 ? 'left' : index === count - 1 ? 'right' : 'centre'
  const loud = entry.quotes.some((quote) => quote.text.endsWith('!'))
  return {
    characterId: id as Figure['characterId'],
    action: readAction(text),
    expression: readExpression(text, loud && index === 0),
    side,
    facing: side === 'left' ? 'right' : side === 'right' ? 'left' : 'front',
    prop: guessProp(text),
  }
}

/** Speech over 150 characters is cut at sentence ends, so that no balloon passes 25 words or so. */
function splitLine(prose: string, quote: Quote): Quote[] {
  const parts: Quote[] = []
  let from = quote.from
  const push = (to: number) => {
    const text = prose.slice(from, to).trim()
    const start = from + prose.slice(from, to).indexOf(text)
    if (text !== '') parts.push({ from: start, to: start + text.length, text })
    from = to
  }
  if (quote.text.length > 150)
    for (const match of quote.text.matchAll(/[.!?…]+\s+/g))
      if (quote.from + match.index + match[0].length - from > 70) push(quote.from + match.index + match[0].length)
  push(quote.to)
  return parts
}

function lineOf(input: BreakdownInput, entry: Beat, quote: Quote, speaker: string | null): Line {
  const near = input.prose.slice(Math.max(entry.from, quote.from - 60), Math.min(entry.to, quote.to + 60)).toLowerCase()
  const kind = /whisper|murmur|breath/.test(near)
    ? 'whisper'
    : /shout|yell|scream|bellow|cried/.test(near) ||
        (/!$/.test(quote.text.replace(/[”"]$/, '')) && quote.text === quote.text.toUpperCase())
      ? 'shout'
      : /\bthought\b|\bwondered\b/.test(near)
        ? 'thought'
        : /\bradio\b|loudspeaker|telephone|\bphone\b/.test(near)
          ? 'radio'
          : speaker === null
            ? 'off-panel'
            : 'speech'
  return {
    id: input.newId('command').replace(/^co_/, 'li_'),
    kind,
    speakerId: speaker as Line['speakerId'],
    text: quote.text.replace(/,$/, '').slice(0, 500),
    source: range(input.prose, quote.from, quote.to),
  }
}

/** A beat without speech is told by its first sentence, verbatim, where it is short enough to read in a box. */
function captionOf(input: BreakdownInput, entry: Beat, index: number): Line[] {
  const sentence = /^[^.!?…]+[.!?…]+/.exec(entry.text)?.[0] ?? entry.text
  if (sentence.length > 130 || (index % 2 === 1 && sentence.length > 90)) return []
  return [
    {
      id: input.newId('command').replace(/^co_/, 'li_'),
      kind: 'caption',
      speakerId: null,
      text: sentence.trim(),
      source: range(input.prose, entry.from, entry.from + sentence.length),
    },
  ]
}
