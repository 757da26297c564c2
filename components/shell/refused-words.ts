import type { StoryCommand } from '#lib/stream/stream.ts'

interface WrittenWords {
  /** Name of the field as in the command. */
  readonly field: string
  readonly text: string
}

/** What the program says of a thing, not what a person wrote. */
const NOT_WORDS = /^(type|op|from|to|colour|language|draftState|sha256|hash|foreign|origin|fingerprint)$|Ids?$/
const AN_ID = /^[a-z]{2,3}_[0-9a-z]{22}$/

/** The words a person wrote into a command, in its order, so that a refusal loses none of them. */
export function writtenWords(command: StoryCommand): readonly WrittenWords[] {
  return command.type === 'Batch' ? command.commands.flatMap((part) => wordsIn(part, '')) : wordsIn(command, '')
}

function wordsIn(value: unknown, field: string): readonly WrittenWords[] {
  if (typeof value === 'string') return value.trim() === '' || AN_ID.test(value) ? [] : [{ field, text: value }]
  if (Array.isArray(value)) return value.flatMap((item) => wordsIn(item, field))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => (NOT_WORDS.test(key) ? [] : wordsIn(inner, key)))
}
