'use client'
import { Ellipsis, PencilLine, RotateCcw, Trash2 } from 'lucide-react'
import { messages } from '#components/messages/messages.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { Menu, MenuItem } from '#components/ui/menu.tsx'
import type { ShelfStory } from '#lib/client/shelf.ts'

const words = messages.shelf

export interface StoryMenuProps {
  story: ShelfStory
  onRename: (story: ShelfStory) => void
  onTrash: (story: ShelfStory) => void
  onRestore: (story: ShelfStory) => void
}

/** What can be done with one story from the outside. */
export function StoryMenu({ story, onRename, onTrash, onRestore }: StoryMenuProps) {
  return (
    <Menu align="end" trigger={<IconButton label={words.more(story.title)} icon={<Ellipsis aria-hidden />} />}>
      {story.trashedAt === null ? (
        <>
          <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onRename(story)}>
            {words.rename}
          </MenuItem>
          <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => onTrash(story)}>
            {words.trashIt}
          </MenuItem>
        </>
      ) : (
        <MenuItem icon={<RotateCcw aria-hidden />} onSelect={() => onRestore(story)}>
          {words.restore}
        </MenuItem>
      )}
    </Menu>
  )
}
