'use client'
import { messages } from '#components/messages/messages.ts'
import { ReaderPanel } from '#components/panels/reader-panel.tsx'
import { useComicPages, useLetteringFont } from '#components/panels/use-comic.ts'
import { useStory } from '#stores/story.ts'

const words = messages.play

/** The chosen pictures of a scene's panels with their balloons, in order; nothing when none is chosen. */
export function ScenePanels({ sceneId }: { sceneId: string }) {
  const storyId = useStory((page) => page.storyId)
  const versions = useStory((page) => page.shown.panelVersions)
  const font = useLetteringFont()
  const shown = useComicPages(sceneId)
    .flatMap((page) => page.panels)
    .flatMap((placed) => {
      const version = placed.panel.chosenVersionId === null ? undefined : versions.get(placed.panel.chosenVersionId)
      return version ? [{ placed, version }] : []
    })
  if (shown.length === 0) return null
  return (
    <div className="mb-6 grid grid-cols-[repeat(auto-fit,minmax(min(18rem,100%),1fr))] gap-3">
      {shown.map(({ placed, version }, index) => (
        <figure key={placed.panel.id}>
          {font.data ? (
            <ReaderPanel placed={placed} version={version} font={font.data} />
          ) : (
            // Without the lettering face the picture stands alone; its words are in the text below anyway.
            <img
              src={`/api/stories/${storyId}/blobs/${version.image.sha256}`}
              alt={placed.blueprint.altText || words.panelAlt(index + 1)}
              width={version.image.width}
              height={version.image.height}
              loading="lazy"
              className="block h-auto w-full rounded-sm border bg-sunken"
            />
          )}
        </figure>
      ))}
    </div>
  )
}
