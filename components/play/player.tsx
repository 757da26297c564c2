'use client'
import { ChevronLeft, Dices, RotateCcw, SkipBack } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { Button } from '#components/ui/button.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { LONGEST_PLAY, moveByLot } from '#lib/story/play.ts'
import type { PlayMove, PlayState } from '#lib/story/play.ts'
import { useStory } from '#stores/story.ts'
import { PlayChoices } from './play-choices.tsx'
import { PlaySide } from './play-side.tsx'
import { ScenePage } from './scene-page.tsx'
import type { Play } from './use-play.ts'

const words = messages.play

/** The player: the scene, its ways on, and beside it the variables and the path so far. */
export function Player({ game, state }: { game: Play; state: PlayState }) {
  const scene = useStory((page) => page.shown.scenes.get(state.sceneId))
  const page = useRef<HTMLElement>(null)
  const moves = state.record.moves.length
  const atStart = game.story.startSceneId === state.record.startSceneId
  const lot = moveByLot(state, systemRandom)

  // Syncs focus and scroll with the page one came to, as turning a leaf would.
  const place = `${state.pages.length}:${state.sceneId}`
  const shown = useRef(place)
  useEffect(() => {
    if (shown.current === place) return
    shown.current = place
    page.current?.focus({ preventScroll: true })
    page.current?.scrollIntoView({ block: 'start' })
  }, [place])

  const take = (move: PlayMove) => game.move(move)
  useCommandList([
    { id: 'play.back', title: words.back, group: 'play', keys: 'Backspace', run: game.back, when: () => moves > 0 },
    { id: 'play.restart', title: words.restart, group: 'play', run: game.restart, when: () => moves > 0 },
    { id: 'play.lot', title: words.byLot, group: 'play', run: () => lot && take(lot), when: () => lot !== null },
  ])
  if (!scene) return null
  return (
    <div className="mx-auto grid w-full max-w-6xl gap-x-10 gap-y-8 px-4 pt-4 pb-24 lg:grid-cols-[minmax(0,1fr)_20rem] lg:px-8">
      <article
        ref={page}
        tabIndex={-1}
        aria-live="polite"
        className="mx-auto w-full max-w-prose scroll-mt-4 outline-none"
      >
        <div className="mb-6 flex flex-wrap items-center gap-2 border-b pb-3">
          <Button size="sm" icon={<ChevronLeft aria-hidden />} disabled={moves === 0} onClick={game.back}>
            {words.back}
          </Button>
          <Button size="sm" icon={<RotateCcw aria-hidden />} disabled={moves === 0} onClick={game.restart}>
            {words.restart}
          </Button>
          {!atStart && game.story.startSceneId !== null ? (
            <Button size="sm" icon={<SkipBack aria-hidden />} onClick={() => game.begin(game.story.startSceneId ?? '')}>
              {words.fromStart}
            </Button>
          ) : null}
          <Button
            size="sm"
            variant="ghost"
            icon={<Dices aria-hidden />}
            disabled={!lot}
            onClick={() => lot && take(lot)}
          >
            {words.byLot}
          </Button>
          <span className="ml-auto text-small text-ink-soft">{words.step(moves)}</span>
        </div>
        {state.lost > 0 ? (
          <Notice
            tone="warn"
            live
            className="mb-4"
            action={
              <Button size="sm" onClick={game.settle}>
                {messages.ui.close}
              </Button>
            }
          >
            {words.edited(state.lost)}
          </Notice>
        ) : null}
        {moves >= LONGEST_PLAY ? (
          <Notice tone="warn" live className="mb-4">
            {words.longest(LONGEST_PLAY)}
          </Notice>
        ) : null}
        <ScenePage scene={scene} follow />
        <PlayChoices state={state} onTake={take} />
      </article>
      <PlaySide game={game} state={state} />
    </div>
  )
}

/** A choice left to the machine is real chance; story logic itself draws nothing. */
function systemRandom(): number {
  return (crypto.getRandomValues(new Uint32Array(1))[0] ?? 0) / 2 ** 32
}
