'use client'
import { createContext, useContext, useEffect, useRef, useSyncExternalStore } from 'react'
import { type Command, type CommandRegistry, createCommandRegistry, type KeyPlace } from './command-registry.ts'

/** Carries the page tree's registry; CommandProvider fills it. The fallback keeps single pieces usable alone. */
export const CommandContext = createContext<CommandRegistry>(createCommandRegistry())

/**
 * Registers an action while the calling component is mounted. It appears in the palette and the help sheet, and its
 * keys run it. Pass a fresh object each render; the newest `run` and `when` are used.
 */
export function useCommand(command: Command): void {
  const registry = useContext(CommandContext)
  const latest = useRef(command)
  // Syncs the newest closure after each render, so that the registry never runs a stale one.
  useEffect(() => {
    latest.current = command
  })
  const { id, title, group } = command
  // Syncs the outside registry with this component's life.
  useEffect(() => registry.register(() => latest.current), [registry, id, title, group])
}

/** Several commands that come and go together. */
export function useCommandList(commands: readonly Command[]): void {
  const registry = useContext(CommandContext)
  const latest = useRef(commands)
  const shown = useRef('')
  // Syncs the newest closures after each render, and tells menus and toolbars when the list reads otherwise.
  useEffect(() => {
    latest.current = commands
    const active = commands.filter((command) => command.when?.() ?? true)
    const now = active.map((command) => `${command.id} ${command.title}`).join('\n')
    if (now === shown.current) return
    shown.current = now
    registry.refresh()
  })
  const ids = commands.map((command) => command.id).join(' ')
  // Syncs the outside registry with this component's life.
  useEffect(() => {
    const stops = ids
      .split(' ')
      .filter(Boolean)
      .map((id, index) => {
        const first = latest.current[index]
        return registry.register(() => latest.current.find((command) => command.id === id) ?? (first as Command))
      })
    return () => stops.forEach((stop) => stop())
  }, [registry, ids])
}

/** The commands that make sense now; renders again when the list changes. */
export function useCommands(): readonly Command[] {
  const registry = useContext(CommandContext)
  useSyncExternalStore(registry.subscribe, registry.version, registry.version)
  return registry.list()
}

const TEXT_FIELDS =
  'input:not([type=checkbox]):not([type=radio]):not([type=range]):not([type=button]), textarea, select, ' +
  // A text that may only be read is still text: a letter pressed in it means nothing on the graph beside it.
  '[contenteditable], [role=textbox], .prose-text, [data-text-region]'
const OVERLAYS = '[role=dialog], [role=alertdialog], [role=menu], [role=listbox]'
const CONTROLS =
  'button, a[href], summary, [role=button], [role=menuitem], [role=tab], [role=option], [role=switch], [role=checkbox]'

/** Reads from the page what would keep a key to itself. */
export function keyPlaceOf(event: KeyboardEvent, mac: boolean): KeyPlace {
  const target = event.target instanceof Element ? event.target : null
  return {
    inText: Boolean(target?.closest(TEXT_FIELDS)) || (target instanceof HTMLElement && target.isContentEditable),
    inOverlay: Boolean(target?.closest(OVERLAYS)),
    onControl: Boolean(target?.closest(CONTROLS)),
    // 229 is how browsers mark keys that an input method has swallowed.
    composing: event.isComposing || event.keyCode === 229,
    mac,
  }
}

/** Runs a registered command by its id, for buttons that do the same as a shortcut. Unknown or idle ids do nothing. */
export function useRunCommand(): (id: string) => void {
  const registry = useContext(CommandContext)
  return (id) =>
    registry
      .list()
      .find((command) => command.id === id)
      ?.run()
}
