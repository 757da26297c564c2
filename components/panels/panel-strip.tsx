'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { pictureUrl } from '#lib/client/comic.ts'
import { useStory } from '#stores/story.ts'
import { useComicPages, useComicState } from './use-comic.ts'

const words = messages.panels

/** The pictures a scene's panels show, small and in reading order, with the way to its comic. Nothing without panels. */
export function PanelStrip({ sceneId }: { sceneId: string }) {
  const storyId = useStory((page) => page.storyId)
  const { panelVersions } = useComicState()
  const link = usePlaceLink()
  const panels = useComicPages(sceneId).flatMap((page) => page.panels)
  if (panels.length === 0) return null
  const shown = panels.flatMap(({ panel, blueprint }) => {
    const version = panelVersions.get(panel.chosenVersionId ?? '')
    return version ? [{ id: panel.id, image: version.image, altText: blueprint.altText }] : []
  })
  return (
    <section aria-label={words.strip} className="flex flex-col gap-2">
      <div className="flex items-baseline justify-between gap-2 text-small">
        <h2 className="font-medium text-ink-soft">{words.strip}</h2>
        <Link href={link('comic')} className="text-madder underline underline-offset-4">
          {words.openComic}
        </Link>
      </div>
      {shown.length < panels.length ? (
        <p className="text-small text-ink-soft">{words.stripDrawn(shown.length, panels.length)}</p>
      ) : null}
      {shown.length > 0 ? (
        <ol className="flex flex-wrap gap-2">
          {shown.map(({ id, image, altText }) => (
            <li key={id}>
              <img
                src={pictureUrl(storyId, image.sha256)}
                alt={altText}
                width={image.width}
                height={image.height}
                loading="lazy"
                decoding="async"
                className="h-20 w-auto max-w-full object-cover rounded-sm border bg-sunken"
              />
            </li>
          ))}
        </ol>
      ) : null}
    </section>
  )
}
