'use client'
import { UsersRound } from 'lucide-react'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { Avatar } from '#components/ui/avatar.tsx'
import { Button } from '#components/ui/button.tsx'
import { Popover } from '#components/ui/popover.tsx'
import type { LivePerson } from '#lib/client/live-socket.ts'
import { usePresence } from '#stores/presence.ts'
import { PLACE_IDS } from './place-ids.ts'
import { useRunCommand } from './shortcuts.ts'

const words = messages.shell
const SHOWN = 4

const samePeople = (a: readonly LivePerson[], b: readonly LivePerson[]) =>
  a.length === b.length &&
  a.every((person, index) => {
    const other = b[index]
    return person.connectionId === other?.connectionId && person.place === other.place && person.name === other.name
  })

/** Who else is in the story now, in their colours, with where they are; and the way to everybody who belongs to it. */
export function People() {
  // Cursor frames come 30 times a second; only who and which place matter here.
  const people = usePresence((page) => page.people, samePeople)
  const [open, setOpen] = useState(false)
  const run = useRunCommand()
  return (
    <Popover
      align="end"
      title={people.length > 0 ? words.header.people : messages.members.title}
      className="w-64"
      open={open}
      onOpenChange={setOpen}
      trigger={
        <button
          type="button"
          aria-label={people.length > 0 ? words.status.people(people.length + 1) : messages.members.open}
          className="flex size-row items-center justify-center rounded-md px-1 text-ink-soft transition-colors hover:bg-hover hover:text-ink data-[people=true]:w-auto"
          data-people={people.length > 0}
        >
          {people.length === 0 ? <UsersRound aria-hidden className="size-4" /> : null}
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
      {people.length === 0 ? <p className="text-ink-soft">{words.header.alone}</p> : null}
      <ul className="flex flex-col gap-1">
        {people.map((person) => (
          <li key={person.connectionId} className="flex min-h-row items-center gap-2">
            <Avatar name={person.name} colour={person.colour} />
            <span className="flex-1 truncate">{person.name}</span>
            <span className="text-small text-ink-faint">{placeName(person.place)}</span>
          </li>
        ))}
      </ul>
      <Button
        className="mt-3 w-full"
        icon={<UsersRound aria-hidden />}
        onClick={() => {
          setOpen(false)
          run('story.members')
        }}
      >
        {messages.members.open}
      </Button>
    </Popover>
  )
}

function placeName(place: string | undefined): string {
  const known = PLACE_IDS.find((id) => id === place)
  return known ? words.places[known] : ''
}
