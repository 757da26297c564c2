'use client'
import Link from 'next/link'
import { useEffect, useRef, useState } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useBranchScenes, useCurrentBranch } from '#components/prose/use-branch-scenes.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { Button, buttonLook } from '#components/ui/button.tsx'
import { PagesDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { Scene } from '#lib/story/state.ts'
import { storyOf } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { useRouter } from 'next/navigation'
import { ScenePage } from './scene-page.tsx'

const words = messages.play
/** Lines a word takes up, for the height kept free before a scene's text is there. */
const PX_PER_WORD = 2.9
/** How far ahead of the screen texts are loaded. */
const AHEAD = '1200px'

/** Reading: the branch in story order, page under page, with its chosen panels. */
export function ReadPlace() {
  const ready = useStory((page) => page.ready)
  const title = useStory((page) => storyOf(page.shown)?.title ?? '')
  const branch = useCurrentBranch()
  const scenes = useBranchScenes(branch?.id ?? null)
  const linkTo = usePlaceLink()
  if (!ready || !branch) return <SkeletonLines lines={8} className="mx-auto w-full max-w-prose p-6" />
  if (scenes.length === 0) {
    return (
      <EmptyState
        drawing={<PagesDrawing />}
        title={words.read.empty}
        action={
          <Link href={linkTo('write')} className={buttonLook({ variant: 'primary' })}>
            {words.read.toWrite}
          </Link>
        }
      >
        {words.read.emptyDetail}
      </EmptyState>
    )
  }
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-x-10 px-4 pt-8 pb-32 lg:grid-cols-[14rem_minmax(0,1fr)] lg:px-8">
      <nav
        aria-label={words.read.contents}
        className="mb-8 lg:sticky lg:top-6 lg:max-h-[calc(100dvh-9rem)] lg:overflow-y-auto"
      >
        <h2 className="mb-2 font-medium">{words.read.contents}</h2>
        <ol className="grid gap-1">
          {scenes.map((scene) => (
            <li key={scene.id}>
              <a
                href={`#read-${scene.id}`}
                className="block truncate rounded-sm px-2 py-1 text-ink-soft hover:bg-hover hover:text-ink"
              >
                {scene.title || words.untitled}
              </a>
            </li>
          ))}
        </ol>
      </nav>
      <div className="mx-auto w-full max-w-prose">
        <p className="mb-10 text-ink-soft">
          {title} · {branch.name} · {words.read.words(scenes.reduce((sum, scene) => sum + scene.words, 0))}
        </p>
        {scenes.map((scene) => (
          <ReadScene key={scene.id} scene={scene} />
        ))}
      </div>
    </div>
  )
}

function ReadScene({ scene }: { scene: Scene }) {
  const [near, setNear] = useState(false)
  const box = useRef<HTMLElement>(null)
  const router = useRouter()
  const linkTo = usePlaceLink()
  const { select } = useViewActions()
  // Syncs with the viewport: a long branch loads its texts as one comes near them.
  useEffect(() => {
    const section = box.current
    if (!section || near) return
    const watch = new IntersectionObserver(([entry]) => entry?.isIntersecting && setNear(true), {
      // The place scrolls inside the frame; a margin counts from the box that scrolls.
      root: section.closest('main'),
      rootMargin: AHEAD,
    })
    watch.observe(section)
    return () => watch.disconnect()
  }, [near])

  function handlePlay() {
    select([scene.id])
    router.push(withSelection(linkTo('play'), scene.id))
  }

  return (
    <section
      ref={box}
      id={`read-${scene.id}`}
      aria-label={scene.title || words.untitled}
      className="mb-14 scroll-mt-6"
      style={near ? undefined : { minHeight: 80 + scene.words * PX_PER_WORD }}
    >
      {near ? (
        <>
          <ScenePage scene={scene} follow={false} />
          <div className="mt-4">
            <Button size="sm" variant="ghost" onClick={handlePlay}>
              {words.read.playHere}
            </Button>
          </div>
        </>
      ) : (
        <h2 className="font-serif text-display font-medium">{scene.title || words.untitled}</h2>
      )}
    </section>
  )
}

/** The address with this scene selected: the link was made before the selection changed. */
function withSelection(href: string, sceneId: string): string {
  const [path = href, query = ''] = href.split('?')
  const params = new URLSearchParams(query)
  params.set('scenes', sceneId)
  return `${path}?${params.toString()}`
}
