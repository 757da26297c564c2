import type { PresencePatch } from './messages.ts'

/** One connection in a story's room, as everybody sees it. Identity and colour are stamped here, never by the client. */
export interface Person extends PresencePatch {
  readonly connectionId: string
  readonly userId: string
  readonly name: string
  readonly initials: string
  /** 1..12, a hue of the people palette. */
  readonly colour: number
  /** Server clock, ms, of the last message. */
  readonly at: number
}

/** Who is where in one story. Volatile: nothing here is ever stored. */
export interface PresenceRoom {
  readonly join: (who: { connectionId: string; userId: string; name: string; colour: number }, at: number) => Person
  readonly leave: (connectionId: string) => boolean
  readonly patch: (connectionId: string, patch: PresencePatch, at: number) => void
  readonly people: () => readonly Person[]
  /** Those changed since the last call. */
  readonly takeChanged: () => readonly Person[]
  readonly size: () => number
}

/** Builds an empty room. */
export function createPresenceRoom(): PresenceRoom {
  const people = new Map<string, Person>()
  const changed = new Set<string>()

  return {
    join: (who, at) => {
      const person: Person = { ...who, initials: initialsOf(who.name), at }
      people.set(who.connectionId, person)
      changed.add(who.connectionId)
      return person
    },
    leave: (connectionId) => {
      changed.delete(connectionId)
      return people.delete(connectionId)
    },
    patch: (connectionId, patch, at) => {
      const person = people.get(connectionId)
      if (!person) return
      people.set(connectionId, { ...person, ...patch, at })
      changed.add(connectionId)
    },
    people: () => [...people.values()],
    takeChanged: () => {
      const list = [...changed].flatMap((id) => people.get(id) ?? [])
      changed.clear()
      return list
    },
    size: () => people.size,
  }
}

function initialsOf(name: string): string {
  const parts = name.trim().split(/\s+/)
  const letters = parts.length > 1 ? [parts[0], parts.at(-1)] : [parts[0]]
  return letters
    .map((part) => [...(part ?? '')][0] ?? '')
    .join('')
    .toLocaleUpperCase('en')
}
