'use client'
import { Dialog as Base } from '@base-ui/react/dialog'
import { Search } from 'lucide-react'
import { useContext, useId, useMemo, useState, useSyncExternalStore, type KeyboardEvent } from 'react'
import { messages } from '#components/messages/messages.ts'
import { veilLook } from '#components/ui/window.tsx'
import { chordsOf, type Command } from './command-registry.ts'
import { optionId, PaletteList } from './palette-list.tsx'
import { fold, rankAll } from './palette-rank.ts'
import { SourceContext, type PaletteEntry } from './palette-sources.ts'
import { pushRecent, readRecents } from './recents.ts'
import { rememberFocus } from './remember-focus.ts'
import { useCommands } from './shortcuts.ts'

const words = messages.shell.palette
const LIMIT = 40

function entryOf(command: Command): PaletteEntry {
  return {
    id: command.id,
    title: command.title,
    section: messages.shell.groups[command.group],
    keys: chordsOf(command)[0],
    folded: fold(command.title),
    run: command.run,
  }
}

/** The one box for scenes, places and commands. A leading `>` leaves only commands. */
export function Palette({ open, onOpenChange }: { open: boolean; onOpenChange: (open: boolean) => void }) {
  // Gone in the moment it closes: a box that fades out would still hold the focus and swallow the next keys.
  return open ? <OpenPalette onClose={() => onOpenChange(false)} /> : null
}

function OpenPalette({ onClose }: { onClose: () => void }) {
  // Read before the field takes the focus, which it does as it appears, so that no key is lost in between.
  const [giveBack] = useState(rememberFocus)
  return (
    <Base.Root open onOpenChange={onClose}>
      <Base.Portal>
        <Base.Backdrop className={veilLook} />
        <Base.Popup
          aria-label={words.title}
          finalFocus={() => {
            // Once the box is gone from the page.
            queueMicrotask(giveBack)
            return false
          }}
          className="fixed top-[10vh] left-1/2 z-40 w-[min(640px,calc(100vw-24px))] -translate-x-1/2 overflow-hidden rounded-lg border border-control bg-raised text-ink transition-opacity outline-none data-starting-style:opacity-0"
        >
          <PaletteBox onClose={onClose} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function PaletteBox({ onClose }: { onClose: () => void }) {
  const listId = useId()
  const [typed, setTyped] = useState('')
  /** The entry moved to with arrows or pointer; typing drops it, so that Enter always means the best match. */
  const [movedTo, setMovedTo] = useState<string | null>(null)
  const commands = useCommands()
  const sourceList = useContext(SourceContext)
  const sources = useSyncExternalStore(sourceList.subscribe, sourceList.read, sourceList.read)
  const recents = useMemo(readRecents, [])

  // Read when the palette opens and when a source has other items, not once a letter.
  const things = useMemo<PaletteEntry[]>(
    () =>
      sources.flatMap((read) => {
        const source = read()
        return source
          .read()
          .map((item) => ({ ...item, section: source.title, keys: undefined, folded: fold(item.title) }))
      }),
    [sources],
  )
  // Ranked in the same render as the letter, never later: Enter right after it must find the list that belongs to it.
  const found = useMemo(() => {
    const onlyCommands = typed.startsWith('>')
    const actions = commands.filter((command) => command.id !== 'general.palette').map(entryOf)
    const ranked = rankAll({
      items: onlyCommands ? actions : [...things, ...actions],
      query: onlyCommands ? typed.slice(1) : typed,
      foldedOf: (entry) => entry.folded,
      recencyOf: (entry) => (recents.includes(entry.id) ? recents.length - recents.indexOf(entry.id) : 0),
      limit: LIMIT,
    }).map(({ item }) => item)
    return bySection(ranked)
  }, [commands, things, typed, recents])
  const current = found.find((entry) => entry.id === movedTo) ?? found[0]

  function choose(entry: PaletteEntry) {
    pushRecent(entry.id)
    onClose()
    // After the focus is back where it was: what runs may move it on purpose.
    setTimeout(entry.run, 0)
  }

  function move(by: 1 | -1) {
    if (!current) return
    const next = found.at((found.indexOf(current) + by) % found.length)
    if (!next) return
    setMovedTo(next.id)
    document.getElementById(optionId(listId, next))?.scrollIntoView({ block: 'nearest' })
  }

  function handleKeyDown(event: KeyboardEvent) {
    // 229 is how browsers mark keys that an input method has swallowed.
    if (event.nativeEvent.isComposing || event.keyCode === 229) return
    const closes = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey)
    if (closes) onClose()
    else if (event.key === 'ArrowDown') move(1)
    else if (event.key === 'ArrowUp') move(-1)
    else if (event.key === 'Enter') {
      if (current) choose(current)
    } else return
    event.preventDefault()
  }

  return (
    <>
      <div className="flex items-center gap-2 border-b px-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <input
          autoFocus
          type="text"
          role="combobox"
          aria-label={words.title}
          aria-expanded={found.length > 0}
          aria-autocomplete="list"
          aria-controls={found.length > 0 ? listId : undefined}
          aria-activedescendant={current ? optionId(listId, current) : undefined}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setMovedTo(null)
            document.getElementById(listId)?.scrollTo({ top: 0 })
          }}
          onKeyDown={handleKeyDown}
          placeholder={words.placeholder}
          className="h-12 w-full bg-transparent text-lead outline-none"
        />
      </div>
      <PaletteList id={listId} entries={found} current={current} onPoint={setMovedTo} onChoose={choose} />
      <p className="hidden border-t px-4 py-1.5 text-small text-ink-faint md:block">{words.foot}</p>
    </>
  )
}

/** Sections in the order of their best entries, as they are drawn and walked. */
function bySection(ranked: readonly PaletteEntry[]): PaletteEntry[] {
  return [...Map.groupBy(ranked, (entry) => entry.section).values()].flat()
}
