import type { DecorationAttrs } from '@tiptap/pm/view'

/** How other people's carets and selections look. Colour is never the only sign: the name stands beside it. */

interface CaretUser {
  readonly name?: unknown
  readonly hue?: unknown
}

function hueOf(user: CaretUser): string {
  const hue = typeof user.hue === 'number' && user.hue >= 1 && user.hue <= 12 ? Math.trunc(user.hue) : 1
  return `--caret: var(--branch-${hue})`
}

/** The caret of somebody else, with a name that shows when it moves and on hover. */
export function renderCaret(user: CaretUser): HTMLElement {
  const caret = document.createElement('span')
  caret.className = 'prose-caret'
  caret.setAttribute('style', hueOf(user))
  const label = document.createElement('span')
  label.className = 'prose-caret-name'
  label.textContent = typeof user.name === 'string' ? user.name : ''
  caret.append(label)
  return caret
}

/** What somebody else has selected. */
export function renderSelection(user: CaretUser): DecorationAttrs {
  return { nodeName: 'span', class: 'prose-selection', style: hueOf(user) }
}
