'use client'
import { useEffect, useRef } from 'react'
import { useRouter } from 'next/navigation'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { notify } from '#components/ui/toast.tsx'
import { useStory, useStoryActions } from '#stores/story.ts'
import { useViewActions } from '#stores/view.ts'
import { BranchLine } from './branch-line.tsx'
import { usePaletteSource } from './palette-sources.ts'
import { placeById } from './places.tsx'
import { refusalText } from './refusal-text.ts'
import { useCommandList } from './shortcuts.ts'
import { usePlaceLink } from './story-links.ts'

const words = messages.shell

const NOTHING_LEFT: ReadonlySet<string> = new Set(['nothing-to-undo', 'nothing-to-redo'])

/** Undo, redo and the scenes of the palette, and what must be said about refused and partly undone changes. */
export function StoryCommands() {
  const scenes = useStory((page) => page.shown.scenes)
  const branches = useStory((page) => page.shown.branches)
  const refusals = useStory((page) => page.refusals)
  const skipped = useStory((page) => page.skipped)
  const alone = useStory((page) => !page.keepsUnsent && page.pending > 0)
  const { undo, redo, dismissRefusal } = useStoryActions()
  const { select } = useViewActions()
  const router = useRouter()
  const linkTo = usePlaceLink()
  const told = useRef(new Set<string>())
  const toldAlone = useRef(false)
  const mayWrite = useMay('story.write')

  useCommandList([
    { id: 'story.undo', title: words.commands.undo, group: 'story', keys: 'Mod+Z', run: undo, when: () => mayWrite },
    {
      id: 'story.redo',
      title: words.commands.redo,
      group: 'story',
      keys: ['Mod+Shift+Z', 'Mod+Y'],
      run: redo,
      when: () => mayWrite,
    },
  ])
  usePaletteSource({
    id: 'scenes',
    title: words.palette.scenes,
    of: scenes,
    read: () =>
      [...scenes.values()].map((scene) => {
        const branch = branches.get(scene.branchId)
        return {
          id: `scene:${scene.id}`,
          title: scene.title || words.palette.untitledScene,
          hint: branch?.name,
          icon: <BranchLine colour={branch?.colour ?? 1} />,
          run: () => {
            select([scene.id])
            // Places without scenes, such as the room, hand over to the map.
            if (!/\/(write|graph|comic|play|read)$/.test(window.location.pathname) && placeById('graph')) {
              router.push(linkTo('graph'))
            }
          },
        }
      }),
  })

  // Syncs the notices with refusals that arrive from the server; each is told once and stays in the save sign.
  useEffect(() => {
    for (const refused of refusals) {
      if (told.current.has(refused.id)) continue
      told.current.add(refused.id)
      if (NOTHING_LEFT.has(refused.refusal.kind)) {
        // Not a lost change: there was none. It is said once and forgotten.
        notify.info(refusalText(refused.refusal), { id: 'nothing-left' })
        dismissRefusal(refused.id)
        continue
      }
      notify.problem(words.status.refusedTitle(refused.command.type), {
        description: refusalText(refused.refusal),
        id: refused.id,
      })
    }
  }, [refusals, dismissRefusal])
  // Syncs the notices with what this browser cannot keep: said as soon as there is such a change.
  useEffect(() => {
    if (!alone || toldAlone.current) return
    toldAlone.current = true
    notify.problem(words.status.notKept, { description: words.status.keptNote(false), id: 'not-kept' })
  }, [alone])
  // Syncs the notices with what the last undo left alone.
  useEffect(() => {
    if (skipped.length > 0) notify.info(words.status.skipped(skipped.length))
  }, [skipped])
  return null
}
