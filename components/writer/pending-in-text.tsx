'use client'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { closePendingSlot, openPendingSlot } from '#components/prose/editor-api.ts'
import type { RunView } from '#lib/writer/run.ts'
import { useStory } from '#stores/story.ts'
import { PendingText } from './pending-block.tsx'
import { useRuns } from './use-writer.ts'
import { caretToEnd, useSceneOnPage } from './use-writer-actions.ts'

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
  return [...newest.values()].filter(standsInText).map((run) => <SlotOfScene key={run.id} run={run} />)
}

function SlotOfScene({ run }: { run: RunView }) {
  const { sceneId } = run
  const onPage = useSceneOnPage(sceneId)
  const [element, setElement] = useState<HTMLElement | null>(null)
  // Syncs the editor's slot with this run: opened at the end of the text, where a continuation belongs.
  useEffect(() => {
    if (!onPage) return
    caretToEnd(sceneId)
    setElement(openPendingSlot(sceneId))
    return () => {
      setElement(null)
      closePendingSlot(sceneId)
    }
  }, [onPage, sceneId])
  return element ? createPortal(<PendingText run={run} />, element) : null
}
