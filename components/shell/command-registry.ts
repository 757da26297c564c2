/**
 * Every action of the app, registered by whoever can run it. One list feeds the palette, the help sheet and the key
 * handler, so a shown shortcut cannot differ from what happens. Rules UI10-UI19 in SPEC.md.
 */
export const COMMAND_GROUPS = [
  'general',
  'go',
  'view',
  'story',
  'graph',
  'prose',
  'writer',
  'comic',
  'play',
  'world',
  'room',
] as const
export type CommandGroup = (typeof COMMAND_GROUPS)[number]

/** Groups that are at work in every place; a chord of theirs may not be used by any other group. */
export const GLOBAL_GROUPS: readonly CommandGroup[] = ['general', 'go', 'view', 'story']

export interface Command {
  /** Stable, unique, such as `graph.new-scene`. */
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  /** Chords such as `Mod+Shift+K`, `N`, `?`, `Delete`; Mod is Ctrl or the Mac's command key. */
  readonly keys?: string | readonly string[] | undefined
  readonly run: () => void
  /** False while the action makes no sense; it is then neither listed nor run. */
  readonly when?: (() => boolean) | undefined
  /** False while the focus is where its keys mean something else; it is listed all the same (UI13). */
  readonly keysHere?: (() => boolean) | undefined
  /** Other words a person may look for. */
  readonly keywords?: readonly string[] | undefined
}

export interface KeyPress {
  readonly key: string
  readonly code: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

/** Where the key was pressed: what keeps it to itself decides whether a chord runs (UI12, UI13). */
export interface KeyPlace {
  /** A field in which text is being typed. */
  readonly inText: boolean
  /** A dialog, menu or list that holds the focus. */
  readonly inOverlay: boolean
  /** A control that answers Enter and Space itself. */
  readonly onControl: boolean
  /** An input method is composing. */
  readonly composing: boolean
  readonly mac: boolean
}

/** Chords the browser or its window keeps; a page never gets them, or takes them at the person's cost (UI14). */
const BROWSER_OWNED: ReadonlySet<string> = new Set(
  (
    'Mod+N Mod+T Mod+W Mod+Shift+N Mod+Shift+T Mod+Shift+W Mod+Tab Mod+Shift+Tab Mod+Q Mod+H Mod+M Mod+L Mod+R ' +
    'Mod+Shift+R Mod+D Mod+P Mod+O Mod+U Mod+J Mod+S Mod+1 Mod+2 Mod+3 Mod+4 Mod+5 Mod+6 Mod+7 Mod+8 Mod+9 Mod+- ' +
    'Mod++ Mod+= Mod+Shift+I Mod+Shift+J Mod+Shift+C Mod+Shift+Delete Alt+ArrowLeft Alt+ArrowRight Alt+F4 Tab ' +
    'Shift+Tab F1 F3 F5 F6 F7 F11 F12'
  ).split(' '),
)

/** Chords that edit text where text is typed; there they always stay with the field. */
const TEXT_CHORDS: ReadonlySet<string> = new Set(
  (
    'Mod+Z Mod+Shift+Z Mod+Y Mod+A Mod+C Mod+X Mod+V Mod+Shift+V Mod+Backspace Mod+Delete Mod+ArrowLeft ' +
    'Mod+ArrowRight Mod+ArrowUp Mod+ArrowDown Mod+Home Mod+End Mod+Enter Mod+B Mod+I Mod+F'
  ).split(' '),
)

/** The chords of a command as a list. */
export function chordsOf(command: Pick<Command, 'keys'>): readonly string[] {
  if (command.keys === undefined) return []
  return typeof command.keys === 'string' ? [command.keys] : command.keys
}

/** True when a page must not claim the chord. */
export function isBrowserOwned(chord: string): boolean {
  return BROWSER_OWNED.has(chord)
}

/** A chord without Mod or Alt: it would also type a character or move within a control. */
function isSingle(chord: string): boolean {
  return !/^(?:.*\+)?(?:Mod|Alt)\+/.test(chord)
}

/**
 * Says whether a key press is the chord. Letters and digits also match by their place on the keyboard, so that
 * chords work on layouts where Shift+1 gives another sign or letters are not Latin.
 */
export function matchesChord(chord: string, press: KeyPress, mac: boolean): boolean {
  const parts = chord === '+' ? ['+'] : chord.split(/\+(?=.)/)
  const key = parts[parts.length - 1] ?? ''
  const wants = new Set(parts.slice(0, -1))
  const mod = mac ? press.metaKey : press.ctrlKey
  const other = mac ? press.ctrlKey : press.metaKey
  if (mod !== wants.has('Mod') || other || press.altKey !== wants.has('Alt')) return false
  // A sign such as ? needs Shift on some layouts and not on others.
  const sign = key.length === 1 && !/[A-Z0-9]/.test(key)
  if (sign) return press.key === key
  if (press.shiftKey !== wants.has('Shift')) return false
  if (/^[A-Z]$/.test(key)) {
    const typed = press.key.toUpperCase()
    return typed === key || (!/^[A-Z]$/.test(typed) && press.code === `Key${key}`)
  }
  if (/^[0-9]$/.test(key)) return press.code === `Digit${key}` || press.key === key
  if (key === 'Space') return press.key === ' '
  return press.key === key
}

/** Says whether a matching chord may run where the key was pressed (UI12, UI13). */
export function mayRun(chord: string, place: KeyPlace): boolean {
  if (place.composing) return false
  if (place.inText && (isSingle(chord) || TEXT_CHORDS.has(chord))) return false
  if (place.inOverlay) return false
  if (place.onControl && /(^|\+)(Enter|Space)$/.test(chord)) return false
  return true
}

export interface CommandRegistry {
  /** Adds a command; the returned function takes it away again. */
  readonly register: (read: () => Command) => () => void
  /** The present commands that make sense now, in order of registration. */
  readonly list: () => readonly Command[]
  /** The command a key press means, newest registration first, or null. */
  readonly find: (press: KeyPress, place: KeyPlace) => Command | null
  readonly subscribe: (listener: () => void) => () => void
  /** Tells the listeners that the list reads otherwise now: a command began or ceased to make sense, or has a new title. */
  readonly refresh: () => void
  /** Changes with each registration and refresh; for React's external store. */
  readonly version: () => number
}

/** Makes an empty registry; one per page tree. */
export function createCommandRegistry(): CommandRegistry {
  const readers = new Map<symbol, () => Command>()
  const listeners = new Set<() => void>()
  let version = 0
  const changed = () => {
    version++
    for (const listener of listeners) listener()
  }
  const active = () => [...readers.values()].map((read) => read()).filter((command) => command.when?.() ?? true)
  return {
    register(read) {
      const token = Symbol(read().id)
      readers.set(token, read)
      changed()
      return () => {
        readers.delete(token)
        changed()
      }
    },
    list() {
      const byId = new Map<string, Command>()
      for (const command of active()) byId.set(command.id, command)
      return [...byId.values()]
    },
    find(press, place) {
      for (const command of active().reverse()) {
        for (const chord of chordsOf(command)) {
          if (!matchesChord(chord, press, place.mac) || !mayRun(chord, place)) continue
          if (command.keysHere?.() ?? true) return command
        }
      }
      return null
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    refresh: changed,
    version: () => version,
  }
}

/** Pairs of commands that would answer to the same chord at the same time (UI15). */
export function clashes(commands: readonly Pick<Command, 'id' | 'group' | 'keys'>[]): string[] {
  const found: string[] = []
  commands.forEach((a, index) => {
    for (const b of commands.slice(index + 1)) {
      if (a.id === b.id) continue
      const together = a.group === b.group || GLOBAL_GROUPS.includes(a.group) || GLOBAL_GROUPS.includes(b.group)
      if (!together) continue
      for (const chord of chordsOf(a)) if (chordsOf(b).includes(chord)) found.push(`${chord}: ${a.id}, ${b.id}`)
    }
  })
  return found
}
