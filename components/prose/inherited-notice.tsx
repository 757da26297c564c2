'use client'
import { GitBranch } from 'lucide-react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/toast.tsx'
import type { Branch, Scene } from '#lib/story/state.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'

const words = messages.prose

/** A scene from before the fork: whose it is, and the two ways to change something. */
export function InheritedNotice({ scene, branch }: { scene: Scene; branch: Branch }) {
  const owner = useStory((page) => page.shown.branches.get(scene.branchId))
  const { send, newId } = useStoryActions()
  const { setBranch, select } = useViewActions()
  const mayWrite = useMay('story.write')
  function handleFork() {
    const name = words.newBranchName(scene.title || words.untitled)
    const branchId = newId('branch')
    const made = send({ type: 'CreateBranch', branchId, name, parentId: branch.id, forkSceneId: scene.id })
    if (!made.ok) return
    setBranch(branchId)
    select([scene.id])
    notify.done(words.forked(name))
  }
  if (!owner) return null
  return (
    <p className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 text-small text-ink-soft">
      <span className="inline-flex items-center gap-1.5">
        <GitBranch aria-hidden className="size-3.5" style={{ color: `var(--branch-${owner.colour})` }} />
        {mayWrite ? words.inherited(owner.name) : words.inheritedToRead(owner.name)}
      </span>
      <Button
        size="sm"
        variant="link"
        onClick={() => {
          setBranch(owner.id)
          select([scene.id])
        }}
      >
        {mayWrite ? words.changeThere : words.readThere}
      </Button>
      {mayWrite ? (
        <Button size="sm" variant="link" onClick={handleFork}>
          {words.forkHere}
        </Button>
      ) : null}
    </p>
  )
}
