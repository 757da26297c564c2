'use client'
import { Circle, CircleCheck, X } from 'lucide-react'
import { useState } from 'react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Button } from '#components/ui/button.tsx'
import { cn } from '#components/ui/cn.ts'
import { IconButton } from '#components/ui/icon-button.tsx'
import { useMounted } from '#components/ui/use-mounted.ts'
import { endFirstSteps, firstStepsOffered, firstStepsStart } from '#lib/client/first-steps.ts'
import type { Branch, Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView } from '#stores/view.ts'

const words = messages.shell.firstSteps

/** What was there when the card opened; a step is done when the story itself has moved on from it. */
interface Start {
  readonly branches: ReadonlySet<string>
}

interface Story {
  readonly branches: ReadonlyMap<string, Branch>
  readonly scenes: ReadonlyMap<string, Scene>
}

/** Which deeds the story shows: a scene looked at, a branch made, words on it. */
function deedsOf({ branches, scenes }: Story, start: Start, looked: boolean): readonly boolean[] {
  const made = [...branches.keys()].filter((id) => !start.branches.has(id))
  const drafted = [...scenes.values()].some((scene) => made.includes(scene.branchId) && scene.words > 0)
  return [looked || made.length > 0, made.length > 0, drafted]
}

/**
 * Three first steps in the sample. They wait for the deeds themselves and can be put away at any time. `shown` is false
 * where the card would lie over what one works on; the deeds count all the same.
 */
export function FirstSteps({ shown }: { shown: boolean }) {
  const storyId = useStory((page) => page.storyId)
  const ready = useStory((page) => page.ready)
  const mounted = useMounted()
  const mayWrite = useMay('story.write')
  const [ended, setEnded] = useState(false)
  if (!mounted || !ready || !mayWrite || ended || !firstStepsOffered(storyId)) return null
  return (
    <Card
      shown={shown}
      onEnd={() => {
        endFirstSteps()
        setEnded(true)
      }}
    />
  )
}

function Card({ shown, onEnd }: { shown: boolean; onEnd: () => void }) {
  const branches = useStory((page) => page.shown.branches)
  const scenes = useStory((page) => page.shown.scenes)
  const selected = useView((view) => view.sceneIds.size > 0)
  const [start] = useState<Start>(() => ({ branches: new Set(firstStepsStart([...branches.keys()])) }))
  const [looked, setLooked] = useState(false)
  if (selected && !looked) setLooked(true)
  const deeds = deedsOf({ branches, scenes }, start, looked)
  const next = deeds.indexOf(false)

  return (
    <section
      aria-label={words.title}
      hidden={!shown}
      className="entering fixed bottom-20 left-4 z-30 w-80 max-w-[calc(100vw-32px)] rounded-lg border border-control bg-raised p-4 md:bottom-12 md:left-22"
    >
      <header className="mb-1 flex items-start justify-between gap-2">
        <h2 className="font-serif text-lead font-medium">{next < 0 ? words.done : words.title}</h2>
        <IconButton size="icon-sm" label={words.end} icon={<X aria-hidden />} className="-mt-1 -mr-2" onClick={onEnd} />
      </header>
      <ol className="flex flex-col gap-2">
        {words.steps.map((step, index) => (
          <li key={step.what} className={cn('flex gap-2', deeds[index] && 'text-ink-faint')}>
            {deeds[index] ? (
              <CircleCheck aria-hidden className="mt-0.5 size-4 shrink-0 text-ok" />
            ) : (
              <Circle aria-hidden className="mt-0.5 size-4 shrink-0 text-control" />
            )}
            <span>
              {step.what}
              {deeds[index] ? <span className="sr-only"> ({words.stepDone})</span> : null}
              {index === next ? <span className="block text-small text-ink-soft">{step.how}</span> : null}
            </span>
          </li>
        ))}
      </ol>
      {next < 0 ? (
        <Button size="sm" className="mt-3" onClick={onEnd}>
          {words.thanks}
        </Button>
      ) : null}
    </section>
  )
}
