'use client'
import { useEffect, useState } from 'react'
import { createPortal } from 'react-dom'
import { closePendingSlot, openPendingSlot } from '#components/prose/editor-api.ts'
import type { RunView } from '#lib/writer/run.ts'
import { PendingText } from './pending-block.tsx'
import { caretToEnd, useSceneOnPage } from './use-writer-actions.ts'

/** An undecided continuation at the end of its scene's text; nothing while that text is not open. */
export function SceneSlot({ run }: { run: RunView }) {
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
