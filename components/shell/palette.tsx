'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Command as Cmdk } from 'cmdk'
import { Search } from 'lucide-react'
import { useContext, useDeferredValue, useMemo, useState, type KeyboardEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { veilLook } from '#components/ui/dialog.tsx'
import { Kbd } from '#components/ui/kbd.tsx'
import { chordsOf, type Command } from './command-registry.ts'
import { rankAll } from './palette-rank.ts'
import { SourceContext, type PaletteItem } from './palette-sources.ts'
import { pushRecent, readRecents } from './recents.ts'
import { useCommands } from './shortcuts.ts'

const words = messages.shell.palette
const LIMIT = 40

interface Entry extends PaletteItem {
  readonly section: string
  readonly keys: string | undefined
  /** Everything it may be found by. */
  readonly text: string
}

function entryOf(command: Command): Entry {
  return {
    id: command.id,
    title: command.title,
    section: messages.shell.groups[command.group],
    keys: chordsOf(command)[0],
    text: command.title,
    run: command.run,
  }
}

/** The one box for scenes, places and commands. A leading `>` leaves only commands. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Base.Root open={open} onOpenChange={(next) => onOpenChange(next)}>
      <Base.Portal>
        <Base.Backdrop className={veilLook} />
        <Base.Popup
          aria-label={words.title}
          className="fixed top-[10vh] left-1/2 z-40 w-[min(640px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-lg border border-control bg-raised text-ink transition-opacity outline-none data-starting-style:opacity-0"
        >
          <PaletteBox onClose={() => onOpenChange(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function PaletteBox({ onClose }: { onClose: () => void }) {
  const [typed, setTyped] = useState('')
  const query = useDeferredValue(typed)
  const commands = useCommands()
  const sources = useContext(SourceContext)
  const recents = useMemo(readRecents, [])

  // Read once per opening: what is in the story does not change under an open palette in a way that matters.
  const things = useMemo<Entry[]>(
    () =>
      [...sources.values()].flatMap((read) => {
        const source = read()
        return source.read().map((item) => ({ ...item, section: source.title, keys: undefined, text: item.title }))
      }),
    [sources],
  )
  const onlyCommands = query.startsWith('>')
  const found = useMemo(() => {
    const actions = commands.filter((command) => command.id !== 'general.palette').map(entryOf)
    return rankAll({
      items: onlyCommands ? actions : [...things, ...actions],
      query: onlyCommands ? query.slice(1) : query,
      textOf: (entry) => entry.text,
      recencyOf: (entry) => (recents.includes(entry.id) ? recents.length - recents.indexOf(entry.id) : 0),
      limit: LIMIT,
    }).map(({ item }) => item)
  }, [commands, things, query, onlyCommands, recents])

  const sections = [...new Set(found.map((entry) => entry.section))]

  function handleSelect(entry: Entry) {
    pushRecent(entry.id)
    onClose()
    // After the focus is back where it was: what runs may move it on purpose.
    setTimeout(entry.run, 0)
  }

  function handleKeyDown(event: KeyboardEvent) {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    onClose()
  }

  return (
    <Cmdk label={words.title} shouldFilter={false} loop onKeyDown={handleKeyDown}>
      <div className="flex items-center gap-2 border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <Cmdk.Input
          autoFocus
          value={typed}
          onValueChange={setTyped}
          placeholder={words.placeholder}
          className="h-12 w-full bg-transparent text-lead outline-none"
        />
      </div>
      <Cmdk.List label={words.results} className="max-h-[56vh] overflow-y-auto p-1">
        <Cmdk.Empty className="px-3 py-8 text-center text-ink-soft">{words.nothing}</Cmdk.Empty>
        {sections.map((section) => (
          <Cmdk.Group
            key={section}
            heading={section}
            className="[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-small [&_[cmdk-group-heading]]:text-ink-faint"
          >
            {found
              .filter((entry) => entry.section === section)
              .map((entry) => (
                <Cmdk.Item
                  key={entry.id}
                  value={entry.id}
                  onSelect={() => handleSelect(entry)}
                  className="flex min-h-row cursor-default items-center gap-2 rounded-sm px-3 data-[selected=true]:bg-wash [&_svg]:size-4 [&_svg]:shrink-0"
                >
                  {entry.icon}
                  <span className="truncate">{entry.title}</span>
                  {entry.hint ? <span className="shrink-0 text-small text-ink-faint">{entry.hint}</span> : null}
                  <span className="flex-1" />
                  {entry.keys ? <Kbd keys={entry.keys} /> : null}
                </Cmdk.Item>
              ))}
          </Cmdk.Group>
        ))}
      </Cmdk.List>
      <p className="hidden border-t px-4 py-1.5 text-small text-ink-faint md:block">{words.foot}</p>
    </Cmdk>
  )
}
