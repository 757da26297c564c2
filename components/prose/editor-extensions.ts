import type { Extensions } from '@tiptap/core'
import { Collaboration } from '@tiptap/extension-collaboration'
import { CollaborationCaret } from '@tiptap/extension-collaboration-caret'
import { Placeholder } from '@tiptap/extension-placeholder'
import { StarterKit } from '@tiptap/starter-kit'
import { messages } from '#components/messages/messages.ts'
import type { ProseSession } from '#lib/client/prose-provider.ts'
import { PROSE_FIELD } from '#lib/prose/wire.ts'
import { AiMark } from './ai-mark.ts'
import { renderCaret, renderSelection } from './carets.ts'
import { PendingSlot } from './pending-slot.ts'
import { TextLink } from './text-link.ts'

interface Parts {
  readonly session: ProseSession
  readonly userName: string
}

/**
 * The editor's vocabulary: what lib/prose/document.ts knows, nothing more. Undo is Yjs' own. No node is added by
 * itself at the end: two editors would each add theirs.
 */
export function editorExtensions({ session, userName }: Parts): Extensions {
  return [
    StarterKit.configure({
      undoRedo: false,
      trailingNode: false,
      heading: { levels: [1, 2, 3] },
      // TextLink below.
      link: false,
    }),
    TextLink,
    AiMark,
    PendingSlot,
    Placeholder.configure({ placeholder: messages.prose.placeholder }),
    Collaboration.configure({ document: session.ydoc, field: PROSE_FIELD }),
    CollaborationCaret.configure({
      provider: session.provider,
      // Only a first word: the server stamps the name and hue that others see.
      user: { name: userName, color: '#8c2f2b' },
      render: renderCaret,
      selectionRender: renderSelection,
    }),
  ]
}
