'use client'
import { GitBranch } from 'lucide-react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { refusalText } from '#components/shell/refusal-text.ts'
import { Button } from '#components/ui/button.tsx'
import { notify } from '#components/ui/toast.tsx'
import type { Branch, Scene } from '#lib/story/state.ts'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { focusSceneSoon } from './editor-api.ts'

const words = messages.prose
/** Where the first scene of a fork lands on the canvas, seen from the scene it follows, px. */
const NEXT_X = 320
const NEXT_Y = 160

/** A scene from before the fork: whose it is, and the two ways to change something. */
export function InheritedNotice({ scene, branch }: { scene: Scene; branch: Branch }) {
  const owner = useStory((page) => page.shown.branches.get(scene.branchId))
  const { send, newId } = useStoryActions()
  const { setBranch, select } = useViewActions()
  const mayWrite = useMay('story.write')
  function handleFork() {
    const name = words.newBranchName(scene.title || words.untitled)
    const branchId = newId('branch')
    const sceneId = newId('scene')
    // The new branch shares this scene, so one lands in a scene of its own, after it.
    const made = send({
      type: 'Batch',
      label: words.forkHere,
      commands: [
        { type: 'CreateBranch', branchId, name, parentId: branch.id, forkSceneId: scene.id },
        {
          type: 'CreateScene',
          sceneId,
          branchId,
          x: scene.x + NEXT_X,
          y: scene.y + NEXT_Y,
          fields: { title: words.newSceneTitle },
          link: { edgeId: newId('edge'), from: scene.id, type: 'choice' },
        },
      ],
    })
    if (!made.ok) return notify.problem(refusalText(made.error))
    setBranch(branchId)
    select([sceneId])
    focusSceneSoon(sceneId)
    notify.done(words.forked(name), { description: words.forkedDetail(scene.title || words.untitled) })
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
