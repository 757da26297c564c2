'use client'
import { Ellipsis, PencilLine, RotateCcw, Trash2, UsersRound } from 'lucide-react'
import { useState } from 'react'
import { MembersDialog } from '#components/members/members-dialog.tsx'
import { useAccess } from '#components/members/use-access.ts'
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
export function StoryMenu(props: StoryMenuProps) {
  const { story } = props
  const [members, setMembers] = useState(false)
  return (
    <>
      <Menu align="end" trigger={<IconButton label={words.more(story.title)} icon={<Ellipsis aria-hidden />} />}>
        <Items {...props} onMembers={() => setMembers(true)} />
      </Menu>
      <MembersDialog storyId={story.id} storyTitle={story.title} open={members} onOpenChange={setMembers} />
    </>
  )
}

/** Drawn only while the menu is open: what one may do with each story is asked when it matters. */
function Items({ story, onRename, onTrash, onRestore, onMembers }: StoryMenuProps & { onMembers: () => void }) {
  const access = useAccess(story.id)
  const may = new Set(access.data?.permissions)
  if (access.isPending) return <p className="px-2 py-1 text-small text-ink-faint">{words.looking}</p>
  if (story.trashedAt !== null) {
    return may.has('story.delete') ? (
      <MenuItem icon={<RotateCcw aria-hidden />} onSelect={() => onRestore(story)}>
        {words.restore}
      </MenuItem>
    ) : (
      <p className="px-2 py-1 text-small text-ink-faint">{words.onlyRead}</p>
    )
  }
  return (
    <>
      {may.has('story.write') ? (
        <MenuItem icon={<PencilLine aria-hidden />} onSelect={() => onRename(story)}>
          {words.rename}
        </MenuItem>
      ) : null}
      <MenuItem icon={<UsersRound aria-hidden />} onSelect={onMembers}>
        {words.members}
      </MenuItem>
      {may.has('story.delete') ? (
        <MenuItem icon={<Trash2 aria-hidden />} danger onSelect={() => onTrash(story)}>
          {words.trashIt}
        </MenuItem>
      ) : null}
    </>
  )
}
