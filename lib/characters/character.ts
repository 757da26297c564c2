import { z } from 'zod'
import { characterId } from '../kernel/ids.ts'
import type { CharacterId } from '../kernel/ids.ts'
import { changedFields, recordNoun } from '../kernel/records.ts'
import type { Changed, Created, Deleted, Noun, RecordStamp } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'

// Characters: figures of the story, in plain words that people and the drawing kit read. Rules CH1-CH5 in SPEC.md.

const words = z.string().trim().max(300)
const fields = z.strictObject({
  name: z.string().trim().min(1).max(120),
  aliases: z.array(z.string().trim().min(1).max(80)).max(20),
  description: z.string().max(4000),
  build: words,
  hair: words,
  wardrobe: words,
  /** Colour word or #rrggbb of the main garment; empty lets the wardrobe decide. */
  colour: z.string().trim().max(40),
  marks: words,
})

export interface Character extends RecordStamp, z.infer<typeof fields> {
  readonly id: CharacterId
}

/** The part of the story's state characters live in. */
export interface CharacterState {
  readonly characters: Map<string, Character>
}

export const createCharacter = z.strictObject({
  type: z.literal('CreateCharacter'),
  characterId,
  name: fields.shape.name,
  fields: fields.omit({ name: true }).partial().default({}),
})
export const updateCharacter = z.strictObject({
  type: z.literal('UpdateCharacter'),
  characterId,
  fields: fields.partial(),
})
export const deleteCharacter = z.strictObject({ type: z.literal('DeleteCharacter'), characterId })

type CharacterCommand =
  z.infer<typeof createCharacter> | z.infer<typeof updateCharacter> | z.infer<typeof deleteCharacter>
export type CharacterEvent =
  Created<'CharacterCreated', Character> | Changed<'CharacterChanged', Character> | Deleted<'CharacterDeleted'>
type CharacterRefusal =
  | { readonly kind: 'character-exists'; readonly data: { characterId: string } }
  | { readonly kind: 'unknown-character'; readonly data: { characterId: string } }
  | { readonly kind: 'character-name-taken'; readonly data: { characterId: string } }

/** Says which events follow from a command on characters, or why it is refused (CH1-CH5). */
export function decideCharacter(
  state: CharacterState,
  command: CharacterCommand,
): Result<CharacterEvent[], CharacterRefusal> {
  if (command.type === 'CreateCharacter') {
    if (state.characters.has(command.characterId))
      return err({ kind: 'character-exists', data: { characterId: command.characterId } })
    const clash = nameTaken(state, command.characterId, [command.name, ...(command.fields.aliases ?? [])])
    if (clash) return err(clash)
    const given = Object.fromEntries(Object.entries(command.fields).filter(([, value]) => value !== undefined))
    const record = {
      aliases: [],
      description: '',
      build: '',
      hair: '',
      wardrobe: '',
      colour: '',
      marks: '',
      ...given,
      id: command.characterId,
      name: command.name,
    }
    return ok([{ type: 'CharacterCreated', record }])
  }
  const present = state.characters.get(command.characterId)
  if (!present) return err({ kind: 'unknown-character', data: { characterId: command.characterId } })
  if (command.type === 'DeleteCharacter') return ok([{ type: 'CharacterDeleted', id: present.id }])
  const changed = changedFields(present, command.fields as Partial<Character>)
  if (!changed) return ok([])
  const clash = nameTaken(state, present.id, [changed.name ?? present.name, ...(changed.aliases ?? present.aliases)])
  return clash ? err(clash) : ok([{ type: 'CharacterChanged', id: present.id, fields: changed }])
}

/** Two characters never share a name or alias: attribution of speech could not tell them apart (CH3). */
function nameTaken(state: CharacterState, id: string, names: readonly string[]): CharacterRefusal | null {
  const wanted = new Set(names.map((name) => name.toLocaleLowerCase('en')))
  for (const other of state.characters.values()) {
    if (other.id === id) continue
    if ([other.name, ...other.aliases].some((name) => wanted.has(name.toLocaleLowerCase('en'))))
      return { kind: 'character-name-taken', data: { characterId: other.id } }
  }
  return null
}

export const characterNoun: Noun<CharacterState, CharacterEvent> = recordNoun<
  CharacterState,
  Character,
  'CharacterCreated',
  'CharacterChanged',
  'CharacterDeleted'
>({
  created: 'CharacterCreated',
  changed: 'CharacterChanged',
  deleted: 'CharacterDeleted',
  collection: 'characters',
  records: (state) => state.characters,
})
