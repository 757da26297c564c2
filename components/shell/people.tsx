'use client'
import { messages } from '#components/messages/messages.ts'
import { Avatar } from '#components/ui/avatar.tsx'
import { Popover } from '#components/ui/popover.tsx'
import type { LivePerson } from '#lib/client/live-socket.ts'
import { usePresence } from '#stores/presence.ts'
import { PLACE_IDS } from './place-ids.ts'

const words = messages.shell
const SHOWN = 4

const samePeople = (a: readonly LivePerson[], b: readonly LivePerson[]) =>
  a.length === b.length &&
  a.every((person, index) => {
    const other = b[index]
    return person.connectionId === other?.connectionId && person.place === other.place && person.name === other.name
  })

/** Who else is in the story now, in their colours; press to see where they are. */
export function People() {
  // Cursor frames come 30 times a second; only who and which place matter here.
  const people = usePresence((page) => page.people, samePeople)
  if (people.length === 0) return null
  return (
    <Popover
      align="end"
      title={words.header.people}
      className="w-60"
      trigger={
        <button
          type="button"
          aria-label={words.status.people(people.length + 1)}
          className="flex h-row items-center rounded-md px-1 hover:bg-hover"
        >
          {people.slice(0, SHOWN).map((person, index) => (
            <Avatar
              key={person.connectionId}
              name={person.name}
              colour={person.colour}
              className={index > 0 ? '-ml-2' : undefined}
            />
          ))}
          {people.length > SHOWN ? (
            <span className="ml-1 text-small text-ink-soft">+{people.length - SHOWN}</span>
          ) : null}
        </button>
      }
    >
      <ul className="flex flex-col gap-1">
        {people.map((person) => (
          <li key={person.connectionId} className="flex min-h-row items-center gap-2">
            <Avatar name={person.name} colour={person.colour} />
            <span className="flex-1 truncate">{person.name}</span>
            <span className="text-small text-ink-faint">{placeName(person.place)}</span>
          </li>
        ))}
      </ul>
    </Popover>
  )
}

function placeName(place: string | undefined): string {
  const known = PLACE_IDS.find((id) => id === place)
  return known ? words.places[known] : ''
}
