'use client'
import { useRouter } from 'next/navigation'
import { messages } from '#components/messages/messages.ts'
import { useCommandList } from '#components/shell/shortcuts.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { useView, useViewActions } from '#stores/view.ts'

const words = messages.play

/** "Play from here" and "from the start", wherever one is in the story. */
export function PlayCommands() {
  const router = useRouter()
  const linkTo = usePlaceLink()
  const selected = useView((view) => view.sceneIds.values().next().value ?? null)
  const { clear } = useViewActions()
  useCommandList([
    {
      id: 'play.here',
      title: words.fromHere,
      group: 'play',
      keywords: ['test', 'run', 'preview'],
      run: () => router.push(linkTo('play')),
      when: () => selected !== null,
    },
    {
      id: 'play.start',
      title: words.fromStart,
      group: 'play',
      keywords: ['test', 'run', 'preview'],
      run: () => {
        clear()
        router.push(linkTo('play').replace(/([?&])scenes=[^&]*&?/, '$1'))
      },
    },
  ])
  return null
}
