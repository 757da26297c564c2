'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { PagesDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'
import { Player } from './player.tsx'
import { usePlay } from './use-play.ts'

const words = messages.play

/** Play: the story from the selected scene, or from its start, along its choices. */
export function PlayPlace() {
  const ready = useStory((page) => page.ready)
  const selected = useView((view) => view.sceneIds.values().next().value ?? null)
  const linkTo = usePlaceLink()
  const game = usePlay(selected)
  if (!ready) return <SkeletonLines lines={8} className="mx-auto w-full max-w-prose p-6" />
  if (!game.state) {
    return (
      <EmptyState
        drawing={<PagesDrawing />}
        title={words.noStart}
        action={
          <Link href={linkTo('graph')} className={buttonLook({ variant: 'primary' })}>
            {words.toGraph}
          </Link>
        }
      >
        {words.noStartDetail}
      </EmptyState>
    )
  }
  return <Player game={game} state={game.state} />
}
