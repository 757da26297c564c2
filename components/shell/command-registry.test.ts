import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { keyLabels } from '#components/ui/key-labels.ts'
import {
  chordsOf,
  clashes,
  type Command,
  COMMAND_GROUPS,
  createCommandRegistry,
  isBrowserOwned,
  type KeyPlace,
  type KeyPress,
  matchesChord,
  mayRun,
} from './command-registry.ts'

const page: KeyPlace = { inText: false, inOverlay: false, onControl: false, composing: false, mac: false }
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...more,
})
const command = (more: Partial<Command>): Command => ({
  id: 'a',
  title: 'A',
  group: 'graph',
  run: () => undefined,
  ...more,
})

describe('chords', () => {
  it('[UI10] Mod is Ctrl on a PC and the command key on a Mac, and never both', () => {
    expect(matchesChord('Mod+K', press('k', { ctrlKey: true }), false)).toBe(true)
    expect(matchesChord('Mod+K', press('k', { metaKey: true }), true)).toBe(true)
    expect(matchesChord('Mod+K', press('k', { ctrlKey: true }), true)).toBe(false)
    expect(matchesChord('Mod+K', press('k', { ctrlKey: true, metaKey: true }), false)).toBe(false)
    expect(matchesChord('K', press('k', { ctrlKey: true }), false)).toBe(false)
  })

  it('[UI10] signs, digits with Shift, other alphabets and the space bar match', () => {
    expect(matchesChord('?', press('?', { shiftKey: true }), false)).toBe(true)
    expect(matchesChord('?', press('?'), false)).toBe(true)
    expect(matchesChord('Shift+1', press('!', { shiftKey: true, code: 'Digit1' }), false)).toBe(true)
    expect(matchesChord('Mod+K', press('л', { ctrlKey: true, code: 'KeyK' }), false)).toBe(true)
    // On another Latin layout the letter counts, not its place.
    expect(matchesChord('Mod+K', press('t', { ctrlKey: true, code: 'KeyK' }), false)).toBe(false)
    expect(matchesChord('Space', press(' '), false)).toBe(true)
    expect(matchesChord('N', press('N', { shiftKey: true }), false)).toBe(false)
  })

  it('[UI11] labels differ between Mac and PC', () => {
    expect(keyLabels('Mod+Shift+K', false)).toEqual(['Ctrl', 'Shift', 'K'])
    expect(keyLabels('Mod+Shift+K', true)).toEqual(['⌘', '⇧', 'K'])
    expect(keyLabels('+', false)).toEqual(['+'])
    expect(keyLabels('Mod++', false)).toEqual(['Ctrl', '+'])
  })

  it('[UI12] single keys are silent in text fields and while an input method composes', () => {
    expect(mayRun('N', { ...page, inText: true })).toBe(false)
    expect(mayRun('Shift+1', { ...page, inText: true })).toBe(false)
    expect(mayRun('Delete', { ...page, inText: true })).toBe(false)
    expect(mayRun('Mod+K', { ...page, inText: true })).toBe(true)
    expect(mayRun('Mod+Z', { ...page, inText: true })).toBe(false)
    expect(mayRun('Mod+K', { ...page, composing: true })).toBe(false)
    expect(mayRun('N', page)).toBe(true)
  })

  it('[UI13] a dialog or menu keeps its keys, a button keeps Enter and Space', () => {
    expect(mayRun('N', { ...page, inOverlay: true })).toBe(false)
    expect(mayRun('Mod+Enter', { ...page, inOverlay: true })).toBe(false)
    expect(mayRun('Enter', { ...page, onControl: true })).toBe(false)
    expect(mayRun('Space', { ...page, onControl: true })).toBe(false)
    expect(mayRun('Enter', page)).toBe(true)
    expect(mayRun('N', { ...page, onControl: true })).toBe(true)
  })

  it('[UI13] keys that are meant in one spot work only there; the command is listed all the same', () => {
    const registry = createCommandRegistry()
    let here = false
    registry.register(() => command({ id: 'there', keys: 'Space', keysHere: () => here }))
    expect(registry.find(press(' '), page)).toBeNull()
    expect(registry.list().map((c) => c.id)).toEqual(['there'])
    here = true
    expect(registry.find(press(' '), page)?.id).toBe('there')
  })
})

describe('registry', () => {
  it('[UI16] a key runs the newest command that makes sense; a command that does not is not listed', () => {
    const registry = createCommandRegistry()
    let on = true
    registry.register(() => command({ id: 'old', keys: 'N' }))
    const stop = registry.register(() => command({ id: 'new', keys: ['N', 'Mod+Enter'], when: () => on }))
    expect(registry.find(press('n'), page)?.id).toBe('new')
    on = false
    expect(registry.find(press('n'), page)?.id).toBe('old')
    expect(registry.list().map((c) => c.id)).toEqual(['old'])
    on = true
    stop()
    expect(registry.list().map((c) => c.id)).toEqual(['old'])
  })

  it('[UI16] listeners hear of each change', () => {
    const registry = createCommandRegistry()
    let heard = 0
    const leave = registry.subscribe(() => heard++)
    registry.register(() => command({}))()
    registry.refresh()
    leave()
    registry.register(() => command({}))
    expect(heard).toBe(3)
    expect(registry.version()).toBe(4)
  })

  it('[UI15] a clash is found within a group and against the groups that are always at work', () => {
    expect(clashes([command({ id: 'x', keys: 'N' }), command({ id: 'y', keys: ['M', 'N'] })])).toEqual(['N: x, y'])
    expect(clashes([command({ id: 'x', keys: 'N' }), command({ id: 'y', keys: 'N', group: 'comic' })])).toEqual([])
    expect(clashes([command({ id: 'x', keys: 'N' }), command({ id: 'y', keys: 'N', group: 'general' })])).toHaveLength(
      1,
    )
  })
})

/** Reads every command the app declares out of its source: an `id`, a `group` and `keys` in one literal. */
function declaredCommands(): Pick<Command, 'id' | 'group' | 'keys'>[] {
  const root = new URL('../', import.meta.url)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    (f) => /\.tsx?$/.test(f) && !/\.test\./.test(f),
  )
  const literal = /id: '([a-z]+\.[a-z0-9.-]+)',(?:(?!\bid: ')[\s\S]){0,400}?keys: ('[^']+'|\[[^\]]+\])/g
  return files.flatMap((file) =>
    [...readFileSync(new URL(file, root), 'utf8').matchAll(literal)].map((match) => {
      const group = COMMAND_GROUPS.find((name) => match[0].includes(`group: '${name}'`)) ?? 'general'
      const keys = [...(match[2] ?? '').matchAll(/'([^']+)'/g)].map((m) => m[1] ?? '')
      return { id: match[1] ?? '', group, keys }
    }),
  )
}

describe('the shortcuts of the app', () => {
  const declared = declaredCommands()

  it('[UI15] do not clash', () => {
    expect(clashes(declared)).toEqual([])
  })

  it('[UI14] leave the browser its own', () => {
    for (const { id, keys } of declared)
      for (const chord of chordsOf({ keys })) expect([id, chord, isBrowserOwned(chord)]).toEqual([id, chord, false])
  })
})
