'use client'
import './prose.css'
import { EditorContent, useEditor, type Editor } from '@tiptap/react'
import { useEffect } from 'react'
import { messages } from '#components/messages/messages.ts'
import type { ProseSession } from '#lib/client/prose-provider.ts'
import { registerEditor } from './editor-api.ts'
import { editorExtensions } from './editor-extensions.ts'

interface SurfaceProps {
  readonly session: ProseSession
  readonly sceneId: string
  readonly title: string
  readonly userName: string
  readonly editable: boolean
  readonly onEditor?: ((editor: Editor | null) => void) | undefined
  readonly onFocus?: (() => void) | undefined
}

/** The text itself. Mount it only when the text is there: an editor on an unloaded text would write a blank into it. */
export function ProseSurface({ session, sceneId, title, userName, editable, onEditor, onFocus }: SurfaceProps) {
  const editor = useEditor(
    {
      immediatelyRender: false,
      shouldRerenderOnTransaction: false,
      editable,
      extensions: editorExtensions({ session, userName }),
      editorProps: {
        // Alt with an arrow goes from scene to scene; left to the text it would only move the caret.
        handleDOMEvents: { keydown: (_view, event) => event.altKey && /^Arrow(Up|Down)$/.test(event.key) },
        attributes: {
          class: 'prose-text',
          role: 'textbox',
          'aria-multiline': 'true',
          // Also a text that may only be read takes the focus, or keys pressed after a click in it would go to the page.
          tabindex: '0',
          'aria-label': messages.prose.editorLabel(title || messages.prose.untitled),
        },
      },
      onFocus: () => onFocus?.(),
    },
    [session],
  )

  // Syncs the editor with whether one may write.
  useEffect(() => {
    if (editor && editor.isEditable !== editable) editor.setEditable(editable, false)
  }, [editor, editable])

  // Syncs the page's list of editors with this one's life.
  useEffect(() => {
    if (!editor) return
    onEditor?.(editor)
    const stop = registerEditor(sceneId, editor)
    return () => {
      stop()
      onEditor?.(null)
    }
  }, [editor, sceneId, onEditor])

  return <EditorContent editor={editor} className="prose-page w-full" />
}
