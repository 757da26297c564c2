'use client'
import { useEditorState, type Editor } from '@tiptap/react'
import {
  Bold,
  Heading1,
  Heading2,
  Heading3,
  Italic,
  List,
  ListOrdered,
  type LucideIcon,
  Quote,
  Redo2,
  SeparatorHorizontal,
  Strikethrough,
  Undo2,
} from 'lucide-react'
import { Fragment, type ReactNode } from 'react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'

interface Tool {
  readonly id: string
  readonly label: string
  readonly icon: LucideIcon
  readonly keys?: string
  readonly run: (editor: Editor) => void
  /** Pressed while it holds at the caret; left out for plain actions. */
  readonly active?: (editor: Editor) => boolean
  /** Off while it would do nothing; allowed when left out. */
  readonly can?: (editor: Editor) => boolean
}

const words = messages.prose

function heading(level: 1 | 2 | 3, icon: LucideIcon): Tool {
  return {
    id: `heading-${level}`,
    label: words.heading(level),
    icon,
    keys: `Mod+Alt+${level}`,
    run: (editor) => editor.chain().focus().toggleHeading({ level }).run(),
    active: (editor) => editor.isActive('heading', { level }),
  }
}

const GROUPS: readonly (readonly Tool[])[] = [
  [
    {
      id: 'undo',
      label: words.undo,
      icon: Undo2,
      keys: 'Mod+Z',
      run: (e) => e.commands.undo(),
      can: (e) => e.can().undo(),
    },
    {
      id: 'redo',
      label: words.redo,
      icon: Redo2,
      keys: 'Mod+Shift+Z',
      run: (e) => e.commands.redo(),
      can: (e) => e.can().redo(),
    },
  ],
  [
    {
      id: 'bold',
      label: words.bold,
      icon: Bold,
      keys: 'Mod+B',
      run: (e) => e.chain().focus().toggleBold().run(),
      active: (e) => e.isActive('bold'),
    },
    {
      id: 'italic',
      label: words.italic,
      icon: Italic,
      keys: 'Mod+I',
      run: (e) => e.chain().focus().toggleItalic().run(),
      active: (e) => e.isActive('italic'),
    },
    {
      id: 'strike',
      label: words.strike,
      icon: Strikethrough,
      run: (e) => e.chain().focus().toggleStrike().run(),
      active: (e) => e.isActive('strike'),
    },
  ],
  [heading(1, Heading1), heading(2, Heading2), heading(3, Heading3)],
  [
    {
      id: 'quote',
      label: words.quote,
      icon: Quote,
      run: (e) => e.chain().focus().toggleBlockquote().run(),
      active: (e) => e.isActive('blockquote'),
    },
    {
      id: 'list',
      label: words.bulletList,
      icon: List,
      run: (e) => e.chain().focus().toggleBulletList().run(),
      active: (e) => e.isActive('bulletList'),
    },
    {
      id: 'numbered',
      label: words.orderedList,
      icon: ListOrdered,
      run: (e) => e.chain().focus().toggleOrderedList().run(),
      active: (e) => e.isActive('orderedList'),
    },
    {
      id: 'rule',
      label: words.rule,
      icon: SeparatorHorizontal,
      run: (e) => e.chain().focus().setHorizontalRule().run(),
    },
  ],
]
const TOOLS = GROUPS.flat()

/** What the tools show: one character per tool, so that typing re-renders nothing while nothing changes. */
function signs(editor: Editor | null): string {
  if (!editor || editor.isDestroyed) return ''
  return TOOLS.map((tool) => `${tool.active?.(editor) ? 'a' : '-'}${!tool.can || tool.can(editor) ? 'c' : '-'}`).join(
    '',
  )
}

/** Formatting of the text one writes in. Without an editor every tool is off. Scrolls sideways where it is narrow. */
export function ProseToolbar({ editor, children }: { editor: Editor | null; children?: ReactNode }) {
  const shown = useEditorState({ editor, selector: (snapshot) => signs(snapshot.editor) }) ?? ''
  const editable = editor?.isEditable ?? false
  let at = 0
  return (
    <div
      role="toolbar"
      aria-label={words.toolbar}
      // With every tool off nothing inside takes the focus; the bar itself then scrolls by key.
      tabIndex={editor && editable ? undefined : 0}
      className="flex min-w-0 flex-1 items-center gap-0.5 overflow-x-auto"
    >
      {GROUPS.map((group, index) => (
        <Fragment key={index}>
          {index > 0 ? <span aria-hidden className="mx-1 h-5 w-px shrink-0 bg-line" /> : null}
          {group.map((tool) => {
            const place = at++ * 2
            const Icon = tool.icon
            return (
              <IconButton
                key={tool.id}
                label={tool.label}
                keys={tool.keys}
                icon={<Icon aria-hidden />}
                disabled={!editor || !editable || shown[place + 1] === '-'}
                aria-pressed={tool.active ? shown[place] === 'a' : undefined}
                // The caret stays where it is.
                onMouseDown={(event) => event.preventDefault()}
                onClick={() => editor && tool.run(editor)}
              />
            )
          })}
        </Fragment>
      ))}
      {children}
    </div>
  )
}
