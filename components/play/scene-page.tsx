'use client'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { docText } from '#lib/prose/text.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { ProseReading } from './prose-reading.tsx'
import { ScenePanels } from './scene-panels.tsx'
import { useSceneProse } from './use-scene-prose.ts'

const words = messages.play

/** One scene for a reader: title, chosen panels, text. `follow` keeps the text up to date while it is shown. */
export function ScenePage({ scene, follow }: { scene: Scene; follow: boolean }) {
  const storyId = useStory((page) => page.storyId)
  const prose = useSceneProse(storyId, scene.id, scene.proseHash, follow)
  return (
    <div>
      <h2 className="mb-4 font-serif text-display font-medium text-balance">{scene.title || words.untitled}</h2>
      <ScenePanels sceneId={scene.id} />
      {prose.data ? (
        docText(prose.data).trim() === '' ? (
          <p className="text-ink-soft italic">{words.empty}</p>
        ) : (
          <ProseReading doc={prose.data} />
        )
      ) : prose.error ? (
        <Notice
          tone="danger"
          action={
            <Button size="sm" onClick={() => void prose.refetch()}>
              {words.retry}
            </Button>
          }
        >
          {words.textFailed}
        </Notice>
      ) : (
        <SkeletonLines lines={4} />
      )}
    </div>
  )
}
