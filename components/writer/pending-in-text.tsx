'use client'
import dynamic from 'next/dynamic'
import type { RunView } from '#lib/writer/run.ts'
import { useStory } from '#stores/story.ts'
import { useRuns } from './use-writer.ts'

// Brings the editor with it, so it is sent for only where something waits.
const SceneSlot = dynamic(() => import('./scene-slot.tsx').then((m) => m.SceneSlot))

/** Whether there is something of the run to show in an open text; a call that failed at once left nothing. */
export function standsInText(run: RunView): boolean {
  return run.verdict === 'pending' && (run.state === 'running' || run.text !== '')
}

/** Shows each scene's undecided continuation at the end of its open text. Nothing where no text is open. */
export function PendingInText() {
  const storyId = useStory((page) => page.storyId)
  const runs = useRuns(storyId)
  const newest = new Map<string, RunView>()
  for (const run of runs.data ?? [])
    if (run.verb === 'continue' && !newest.has(run.sceneId)) newest.set(run.sceneId, run)
  return [...newest.values()].filter(standsInText).map((run) => <SceneSlot key={run.id} run={run} />)
}
