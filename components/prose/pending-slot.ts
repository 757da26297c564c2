import { type Editor, Extension, type MappablePosition } from '@tiptap/core'
import { Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'

/**
 * A place in the text, under the block one writes in, where a pending draft is shown before anybody accepts it.
 * It is drawn, never part of the document, and keeps its place while others write.
 */
interface Slot {
  readonly at: MappablePosition
  readonly element: HTMLElement
}

const key = new PluginKey<Slot | null>('pending-slot')

/** Draws the slot. */
export const PendingSlot = Extension.create({
  name: 'pendingSlot',
  addProseMirrorPlugins() {
    const { editor } = this
    return [
      new Plugin<Slot | null>({
        key,
        state: {
          init: () => null,
          apply: (tr, slot) => {
            // Our own meta; undefined means "as before".
            const change = tr.getMeta(key) as Slot | null | undefined
            if (change !== undefined) return change
            if (!slot || !tr.docChanged) return slot
            return { ...slot, at: editor.utils.getUpdatedPosition(slot.at, tr).position }
          },
        },
        props: {
          decorations: (state) => {
            const slot = key.getState(state)
            if (!slot) return null
            const at = Math.min(slot.at.position, state.doc.content.size)
            const place = state.doc.resolve(at)
            const under = place.depth > 0 ? place.after(1) : at
            const widget = Decoration.widget(under, slot.element, {
              key: 'pending-slot',
              side: 1,
              ignoreSelection: true,
              stopEvent: () => true,
            })
            return DecorationSet.create(state.doc, [widget])
          },
        },
      }),
    ]
  },
})

/** Opens the slot under the caret and answers the element to draw into; an open one stays where it is. */
export function openSlot(editor: Editor): HTMLElement {
  const open = key.getState(editor.state)
  if (open) return open.element
  const element = document.createElement('div')
  element.className = 'prose-pending'
  element.contentEditable = 'false'
  place(editor, element)
  return element
}

/** Moves an open slot under the caret, with all that is drawn in it. */
export function moveSlot(editor: Editor): void {
  const open = key.getState(editor.state)
  if (open) place(editor, open.element)
}

function place(editor: Editor, element: HTMLElement): void {
  const at = editor.utils.createMappablePosition(editor.state.selection.head)
  editor.view.dispatch(editor.state.tr.setMeta(key, { at, element } satisfies Slot).setMeta('addToHistory', false))
}

/** Takes the slot away. */
export function closeSlot(editor: Editor): void {
  if (key.getState(editor.state)) editor.view.dispatch(editor.state.tr.setMeta(key, null))
}

/** Document position of the end of the block above the slot, or null when none is open. */
export function slotPosition(editor: Editor): number | null {
  const slot = key.getState(editor.state)
  if (!slot) return null
  const place = editor.state.doc.resolve(Math.min(slot.at.position, editor.state.doc.content.size))
  return place.depth > 0 ? place.after(1) : place.pos
}
