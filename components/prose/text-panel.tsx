'use client'
import { messages } from '#components/messages/messages.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'
import { SceneEditor } from './scene-editor.tsx'

/** Dock tab: the text of the selected scene, to write in beside the graph. */
export function TextPanel() {
  const selected = useView((view) => (view.sceneIds.size === 1 ? view.sceneIds.values().next().value : undefined))
  const scene = useStory((page) => (selected === undefined ? undefined : page.shown.scenes.get(selected)))
  if (!scene) return <p className="p-4 text-ink-soft">{messages.prose.chooseScene}</p>
  return <SceneEditor scene={scene} withToolbar className="p-4" />
}
