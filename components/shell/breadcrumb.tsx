'use client'
import { Fragment } from 'react'
import { messages } from '#components/messages/messages.ts'
import type { Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { groupsAround } from './groups-around.ts'

const sameScenes = (a: readonly Scene[], b: readonly Scene[]) =>
  a.length === b.length && a.every((scene, index) => scene === b[index])

/** Where one is: the selected scene inside its groups. Each step selects. */
export function Breadcrumb() {
  const only = useView((view) => (view.sceneIds.size === 1 ? (view.sceneIds.values().next().value ?? null) : null))
  const path = useStory((page) => (only === null ? [] : groupsAround(page.shown.scenes, only)), sameScenes)
  const { select } = useViewActions()
  if (path.length === 0) return null
  return (
    <nav aria-label={messages.shell.header.breadcrumb} className="hidden min-w-0 lg:block">
      <ol className="flex min-w-0 items-center gap-1 text-ink-soft">
        {path.map((scene, index) => (
          <Fragment key={scene.id}>
            <li aria-hidden className="text-ink-faint">
              /
            </li>
            <li className="min-w-0">
              <button
                type="button"
                aria-current={index === path.length - 1 ? 'true' : undefined}
                className="block max-w-48 truncate rounded-sm px-1 hover:text-ink aria-[current]:text-ink"
                onClick={() => select([scene.id])}
              >
                {scene.title || messages.shell.palette.untitledScene}
              </button>
            </li>
          </Fragment>
        ))}
      </ol>
    </nav>
  )
}
