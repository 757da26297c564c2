const PC: Readonly<Record<string, string>> = { Mod: 'Ctrl', Alt: 'Alt', Shift: 'Shift' }
const MAC: Readonly<Record<string, string>> = { Mod: '⌘', Alt: '⌥', Shift: '⇧' }
const NAMED: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: 'Enter',
  Delete: 'Del',
  Backspace: '⌫',
  Space: 'Space',
}

/** Splits a chord such as `Mod+Shift+K` into what stands on the keys of a Mac or a PC keyboard. */
export function keyLabels(keys: string, mac: boolean): string[] {
  const modifiers = mac ? MAC : PC
  // The sign + is a key of its own when it stands last.
  return keys.split(/\+(?=.)/).map((key) => modifiers[key] ?? NAMED[key] ?? key.toUpperCase())
}
