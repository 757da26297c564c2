import { seededRandom, seedFrom } from '../kernel/random.ts'
import type { CastMember } from './script.ts'

/** How one character is drawn: read from their words, filled from their id where the words are silent (PA6). */
export interface Look {
  readonly build: 'slim' | 'average' | 'broad'
  /** Height in heads. */
  readonly heads: number
  readonly hair: 'short' | 'bob' | 'long' | 'ponytail' | 'bun' | 'braid' | 'curly' | 'spiky' | 'bald'
  readonly hairColour: string
  readonly skin: string
  readonly top: 'shirt' | 'jacket' | 'coat' | 'robe' | 'dress'
  readonly topColour: string
  readonly legColour: string
  readonly hat: 'none' | 'cap' | 'brim' | 'hood' | 'beanie'
  readonly beard: boolean
  readonly glasses: boolean
  readonly scarf: boolean
  readonly scar: boolean
  readonly freckles: boolean
  readonly old: boolean
  readonly child: boolean
}

const COLOURS: Readonly<Record<string, string>> = {
  red: '#a63d33',
  crimson: '#8f2a30',
  madder: '#8c2f2b',
  orange: '#c9702c',
  rust: '#9c5028',
  yellow: '#d9ac3c',
  ochre: '#b98532',
  gold: '#c79a35',
  green: '#4f7a4c',
  olive: '#6d7042',
  teal: '#2f7472',
  blue: '#3f669a',
  navy: '#2b3c5e',
  indigo: '#3e3f78',
  purple: '#6b4a80',
  violet: '#6b4a80',
  pink: '#c9788a',
  brown: '#6d4a33',
  tan: '#b08c62',
  beige: '#cbb892',
  cream: '#e6dac0',
  white: '#ece7db',
  grey: '#85827b',
  gray: '#85827b',
  black: '#2b2927',
}
const HAIR_COLOURS: Readonly<Record<string, string>> = {
  black: '#24211f',
  dark: '#2f2622',
  brown: '#5a3b28',
  chestnut: '#6d4028',
  auburn: '#7d3b25',
  red: '#a14a26',
  ginger: '#b3602b',
  copper: '#a8552b',
  blond: '#c9a255',
  blonde: '#c9a255',
  fair: '#cfae6c',
  pale: '#d3bd88',
  golden: '#c99b3f',
  grey: '#9a958c',
  gray: '#9a958c',
  silver: '#b6b2aa',
  white: '#dedad0',
  blue: '#3f5f8f',
  green: '#4f7a4c',
  pink: '#c07288',
}
const FALLBACK_TOPS = ['#8c2f2b', '#2f7472', '#b98532', '#3f669a', '#6b4a80', '#4f7a4c', '#9c5028', '#2b3c5e']
const SKINS: Readonly<Record<string, string>> = {
  pale: '#f3dfcd',
  fair: '#f3dfcd',
  white: '#f3dfcd',
  light: '#f0d5bd',
  olive: '#d9b48c',
  tanned: '#d3a37a',
  tan: '#d3a37a',
  bronze: '#bd8a5c',
  bronzed: '#bd8a5c',
  brown: '#a8744f',
  dark: '#7a5138',
  black: '#5c3d2c',
  ebony: '#5c3d2c',
}

/** Reads a character's words into a look. The same words and id always give the same look. */
export function lookOf(member: CastMember): Look {
  const random = seededRandom(seedFrom(member.id))
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T
  const hair = member.hair.toLowerCase()
  const wear = member.wardrobe.toLowerCase()
  const build = member.build.toLowerCase()
  const marks = `${member.marks}; ${member.build}`.toLowerCase()
  const has = (text: string, ...words: string[]) => words.some((word) => new RegExp(`\\b${word}`).test(text))
  const child = has(build, 'child', 'girl', 'boy', 'kid', 'small child')
  const old = has(build, 'old', 'elder', 'aged')
  const stature = has(build, 'tall', 'long-limbed') ? 7.6 : has(build, 'short', 'small', 'little') ? 6.5 : 7.1
  const defaults = {
    hair: pick(['short', 'bob', 'long', 'ponytail', 'bun', 'curly', 'spiky', 'braid'] as const),
    hairColour: pick(['black', 'brown', 'chestnut', 'ginger', 'blond', 'grey', 'auburn'] as const),
    top: pick(['jacket', 'coat', 'shirt', 'coat', 'dress'] as const),
    topColour: pick(FALLBACK_TOPS),
    skin: pick(['light', 'light', 'olive', 'tanned', 'brown', 'dark'] as const),
  }
  return {
    build: has(build, 'broad', 'heavy', 'stout', 'strong', 'large', 'big', 'thick')
      ? 'broad'
      : has(build, 'slim', 'slight', 'thin', 'lean', 'slender', 'wiry')
        ? 'slim'
        : 'average',
    heads: child ? 5.4 : stature,
    hair: hairStyle(hair) ?? defaults.hair,
    hairColour: firstColour(hair, HAIR_COLOURS) ?? HAIR_COLOURS[old ? 'grey' : defaults.hairColour] ?? '#2f2622',
    skin: skinOf(marks) ?? SKINS[defaults.skin] ?? '#f0d5bd',
    top: topOf(wear) ?? defaults.top,
    topColour: topColourOf(wear, member.colour) ?? defaults.topColour,
    legColour: legColourOf(wear),
    hat: has(wear, 'hood')
      ? 'hood'
      : has(wear, 'beanie', 'knit cap', 'woollen hat', 'wool hat')
        ? 'beanie'
        : has(wear, 'cap')
          ? 'cap'
          : has(wear, 'hat', 'brim')
            ? 'brim'
            : 'none',
    beard: has(`${hair} ${marks}`, 'beard', 'bearded', 'moustache'),
    glasses: has(`${marks} ${wear}`, 'glasses', 'spectacles'),
    scarf: has(wear, 'scarf', 'shawl', 'kerchief'),
    scar: has(marks, 'scar'),
    freckles: has(marks, 'freckle'),
    old,
    child,
  }
}

function hairStyle(text: string): Look['hair'] | null {
  const order: readonly (readonly [RegExp, Look['hair']])[] = [
    [/bald|shaved|no hair/, 'bald'],
    [/braid|plait/, 'braid'],
    [/pony|tied back/, 'ponytail'],
    [/\bbun\b|knot|pinned/, 'bun'],
    [/curl|frizz|afro|wavy/, 'curly'],
    [/spik|wild|messy|tousled/, 'spiky'],
    [/bob|chin-length|shoulder/, 'bob'],
    [/long/, 'long'],
    [/short|crop|trim/, 'short'],
  ]
  return order.find(([pattern]) => pattern.test(text))?.[1] ?? null
}

function topOf(text: string): Look['top'] | null {
  if (/dress|gown|skirt/.test(text)) return 'dress'
  if (/robe|cloak|habit/.test(text)) return 'robe'
  if (/coat|oilskin|parka|mantle/.test(text)) return 'coat'
  if (/jacket|waistcoat|vest|blazer|uniform|hoodie/.test(text)) return 'jacket'
  if (/shirt|sweater|jumper|blouse|tunic|jersey|apron/.test(text)) return 'shirt'
  return null
}

function firstColour(text: string, table: Readonly<Record<string, string>>): string | null {
  const word = text.split(/[^a-z]+/).find((entry) => Object.hasOwn(table, entry))
  return word ? (table[word] ?? null) : null
}

function topColourOf(wear: string, colour: string): string | null {
  const beforeTop =
    /([a-z]+)[ -](?:[a-z]+ )?(?:dress|gown|robe|cloak|coat|oilskin|jacket|shirt|sweater|jumper|blouse|tunic|waistcoat|uniform)/.exec(
      wear,
    )?.[0]
  if (/^#[0-9a-f]{6}$/i.test(colour)) return colour.toLowerCase()
  return (
    firstColour(beforeTop ?? '', COLOURS) ?? firstColour(colour.toLowerCase(), COLOURS) ?? firstColour(wear, COLOURS)
  )
}

function legColourOf(wear: string): string {
  const words = /([a-z]+) (?:trousers|breeches|jeans|leggings|pants)/.exec(wear)?.[1]
  return firstColour(words ?? '', COLOURS) ?? '#3d3a3b'
}

/**
 * The skin somebody's words name: a tone beside "skin", "skinned" or "complexion", before it ("warm brown skin",
 * "dark-skinned", "pale, freckled skin") or after it ("skin of a light brown", "complexion: olive"). What is said of hair or
 * clothes in another part of the sentence is not the skin's.
 */
function skinOf(text: string): string | null {
  const parts = text.split(/[,;.\n]/).map((part) => part.match(/[a-z]+/g) ?? [])
  for (const [at, part] of parts.entries()) {
    const noun = part.findIndex((word) => /^(?:skin(?:ned)?|complexion)$/.test(word))
    if (noun < 0) continue
    const before = part.slice(Math.max(0, noun - 3), noun).toReversed()
    const own = toneOf(before) ?? toneOf(part.slice(noun + 1, noun + 5))
    // "Pale, freckled skin": an adjective alone before the comma belongs to the same noun.
    const lone = parts[at - 1]?.length === 1 ? parts[at - 1] : undefined
    const tone = own ?? toneOf(lone ?? [])
    if (tone) return tone
  }
  return null
}

/** The tone a list of words names, with the shade beside it: "dark brown", "light brown". */
function toneOf(words: readonly string[]): string | null {
  const brown = words.indexOf('brown')
  if (brown < 0) {
    const word = words.find((one) => Object.hasOwn(SKINS, one))
    return word === undefined ? null : (SKINS[word] ?? null)
  }
  const beside = [words[brown - 1], words[brown + 1]]
  const shade = beside.some((one) => one === 'dark' || one === 'deep')
    ? 'dark'
    : beside.includes('light')
      ? 'tan'
      : null
  return SKINS[shade ?? 'brown'] ?? null
}
