import type { Editor } from '@tiptap/core'
import { closeSlot, moveSlot, openSlot, slotPosition } from './pending-slot.ts'

/** What other areas (the writer, the dock) may do with the editor of a scene that is on the page. */

const PATIENCE_MS = 3000
const editors = new Map<string, Editor>()
const listeners = new Set<() => void>()

/** Announces the editor of a scene; answers how to take it back. The newest one of a scene counts. */
export function registerEditor(sceneId: string, editor: Editor): () => void {
  editors.set(sceneId, editor)
  for (const listener of listeners) listener()
  return () => {
    if (editors.get(sceneId) === editor) editors.delete(sceneId)
    for (const listener of listeners) listener()
  }
}

/** The editor of a scene, or null when its text is not on the page. */
export function editorOf(sceneId: string): Editor | null {
  return editors.get(sceneId) ?? null
}

/** Calls back when editors come and go. */
export function onEditors(listener: () => void): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/**
 * Opens the place for a pending draft under the block with the caret, and answers the element to draw into (a React
 * portal). Null when the scene has no editor on the page that may be written in.
 */
export function openPendingSlot(sceneId: string): HTMLElement | null {
  const editor = editors.get(sceneId)
  return editor?.isEditable ? openSlot(editor) : null
}

/** Takes the place of a pending draft away; the text is not touched. */
export function closePendingSlot(sceneId: string): void {
  const editor = editors.get(sceneId)
  if (editor) closeSlot(editor)
}

/**
 * Puts text a model wrote into the scene, marked with its run: where the pending slot is, else under the caret's
 * block. Empty lines part paragraphs. One step of undo. Answers false when the scene has no editor to write in.
 */
export function insertAiText(sceneId: string, text: string, runId: string): boolean {
  const editor = editors.get(sceneId)
  if (!editor?.isEditable) return false
  const marks = [{ type: 'ai', attrs: { runId } }]
  const content = text
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => ({
      type: 'paragraph',
      content: part
        .split('\n')
        .flatMap((line, index) => [
          ...(index > 0 ? [{ type: 'hardBreak' }] : []),
          ...(line === '' ? [] : [{ type: 'text', text: line, marks }]),
        ]),
    }))
  if (content.length === 0) return false
  const { selection } = editor.state
  const at = slotPosition(editor) ?? (selection.$head.depth > 0 ? selection.$head.after(1) : selection.head)
  const block = editor.state.doc.resolve(Math.min(at, editor.state.doc.content.size)).nodeBefore
  // An empty paragraph above the place is what the text was meant to fill.
  const fills = block?.type.name === 'paragraph' && block.content.size === 0
  const range = fills ? { from: at - block.nodeSize, to: at } : at
  const done = editor.chain().insertContentAt(range, content, { updateSelection: true }).scrollIntoView().run()
  // Another draft may wait in the slot, perhaps half edited: it stays, below what was put in. Its owner closes it.
  moveSlot(editor)
  return done
}

/** Moves the caret into a scene's text; false when it has no editor on the page. */
export function focusScene(sceneId: string): boolean {
  return editors.get(sceneId)?.commands.focus() ?? false
}

/** Moves the caret into a scene's text once it is on the page; a person who went elsewhere meanwhile is left alone. */
export function focusSceneSoon(sceneId: string): void {
  const from = document.activeElement
  const stop = onEditors(() => {
    const busy = document.activeElement !== from && document.activeElement !== document.body
    if (busy || focusScene(sceneId)) stop()
  })
  setTimeout(stop, PATIENCE_MS)
}
