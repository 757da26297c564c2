'use client'
import { useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { ApiProblem } from '#lib/client/api.ts'
import { fetchBreakdown } from '#lib/client/comic.ts'
import type { SceneId } from '#lib/kernel/ids.ts'
import type { Panel } from '#lib/panels/panel.ts'
import type { PanelScript } from '#lib/panels/script.ts'
import { useStory } from '#stores/story.ts'
import { useSend } from './use-comic.ts'

const words = messages.panels

/** A script as the command wants it: the scene is named once, outside. */
function withoutScene({ sceneId: _scene, ...script }: PanelScript): Omit<PanelScript, 'sceneId'> {
  return script
}

/** Drafts the shot list from the scene's text; replaces what is there in one undo step. */
export function useDraft(sceneId: SceneId, present: readonly Panel[]) {
  const storyId = useStory((page) => page.storyId)
  const send = useSend()
  const [busy, setBusy] = useState(false)
  async function draft() {
    setBusy(true)
    try {
      const { panels } = await fetchBreakdown(storyId, sceneId)
      if (panels.length === 0) {
        notify.info(words.nothingToDraft)
        return
      }
      const add = { type: 'AddPanels' as const, sceneId, panels: panels.map(withoutScene) }
      const ids = present.map((panel) => panel.id)
      const done = send(
        ids.length === 0
          ? add
          : { type: 'Batch', label: words.draftAgain, commands: [{ type: 'DeletePanels', panelIds: ids }, add] },
      )
      if (done) notify.done(words.drafted(panels.length))
    } catch (cause) {
      notify.problem(cause instanceof ApiProblem ? cause.detail : String(cause))
    } finally {
      setBusy(false)
    }
  }
  return { busy, draft }
}
