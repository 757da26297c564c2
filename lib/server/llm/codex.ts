import type { Character, CharacterState } from '#lib/characters/character.ts'
import type { StoryState } from '#lib/story/state.ts'
import type { PackEntry } from '#lib/writer/pack.ts'

/** The story's codex as a model may see it: its characters, each with what people wrote about them. */
export function codexOf(state: (Partial<CharacterState> & StoryState) | null): PackEntry[] {
  return [...(state?.characters?.values() ?? [])].map((character) => ({
    id: character.id,
    name: character.name,
    aliases: character.aliases,
    text: entryText(character),
    version: String(character.version),
    always: false,
  }))
}

function entryText(character: Character): string {
  const looks: readonly (readonly [string, string])[] = [
    ['build', character.build],
    ['hair', character.hair],
    ['wears', character.wardrobe],
    ['marks', character.marks],
  ]
  const known = looks.filter(([, value]) => value !== '').map(([label, value]) => `${label}: ${value}`)
  return [character.description, known.join('; ')].filter((part) => part !== '').join('\n') || character.name
}
