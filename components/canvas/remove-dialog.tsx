'use client'
import { messages } from '#components/messages/messages.ts'
import { AlertDialog } from '#components/ui/alert-dialog.tsx'
import { useStory } from '#stores/story.ts'
import type { GraphActions } from './use-graph-actions.ts'
import { titleOf } from './use-graph-actions.ts'

const words = messages.canvas.remove

/** What a person wants gone. */
export interface Removal {
  readonly sceneIds: readonly string[]
  readonly edgeIds: readonly string[]
}

/** Whether deleting needs a question: where more than the scenes and their connections changes. The rest has Undo. */
export function needsQuestion(actions: GraphActions, removal: Removal): boolean {
  const { wordsLost, panels, branches, ungrouped, startLost } = actions.consequences(removal.sceneIds)
  return wordsLost > 0 || panels > 0 || branches.length > 0 || ungrouped.length > 0 || startLost
}

/** Names what a delete takes along before it happens. */
export function RemoveDialog({
  removal,
  actions,
  onClose,
}: {
  removal: Removal
  actions: GraphActions
  onClose: () => void
}) {
  const state = useStory((page) => page.shown)
  const { edges, branches, ungrouped, scenes, wordsLost, panels, startLost } = actions.consequences(removal.sceneIds)
  const name = (id: string) => titleOf(state.scenes.get(id))
  return (
    <AlertDialog
      open
      danger
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={words.title(removal.sceneIds.length)}
      description={words.text}
      confirmLabel={words.confirm}
      onConfirm={() => {
        actions.remove(removal.sceneIds, removal.edgeIds)
        onClose()
      }}
    >
      <div className="flex max-h-64 flex-col gap-3 overflow-y-auto text-ui">
        <p className="font-medium">{scenes.slice(0, 5).map(titleOf).join(', ')}</p>
        {wordsLost > 0 ? <p>{words.losesText(wordsLost)}</p> : null}
        {panels > 0 ? <p>{words.panels(panels)}</p> : null}
        {startLost ? <p>{words.start}</p> : null}
        <Named title={words.edges(edges.length)} items={edges.map((edge) => `${name(edge.from)} → ${name(edge.to)}`)} />
        <Named title={words.branches} items={branches.map((branch) => branch.name)} />
        <Named title={words.ungrouped(ungrouped.length)} items={ungrouped.map(titleOf)} />
      </div>
    </AlertDialog>
  )
}

function Named({ title, items }: { title: string; items: readonly string[] }) {
  if (items.length === 0) return null
  return (
    <div>
      <p className="text-small text-ink-soft">{title}</p>
      <ul className="list-disc pl-5">
        {items.slice(0, 6).map((item, at) => (
          <li key={at}>{item}</li>
        ))}
        {items.length > 6 ? <li className="text-ink-soft">{words.andMore(items.length - 6)}</li> : null}
      </ul>
    </div>
  )
}
