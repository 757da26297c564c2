'use client'
import { useMemo } from 'react'
import { messages } from '#components/messages/messages.ts'
import { cn } from '#components/ui/cn.ts'
import type { Branch, Scene } from '#lib/story/state.ts'
import { useStory } from '#stores/story.ts'

const words = messages.prose

interface SceneListProps {
  readonly scenes: readonly Scene[]
  readonly branch: Branch
  readonly currentId: string | null
  readonly onChoose: (sceneId: string) => void
}

/** The scenes of the branch in reading order, with their words and the colour of the branch each belongs to. */
export function SceneList({ scenes, branch, currentId, onChoose }: SceneListProps) {
  const branches = useStory((page) => page.shown.branches)
  const total = useMemo(() => scenes.reduce((sum, scene) => sum + scene.words, 0), [scenes])
  return (
    <nav aria-label={words.scenes} className="flex min-h-0 flex-1 flex-col">
      <ol className="min-h-0 flex-1 overflow-y-auto py-2">
        {scenes.map((scene) => {
          const owner = branches.get(scene.branchId)
          return (
            <li key={scene.id}>
              <button
                type="button"
                aria-current={scene.id === currentId ? 'true' : undefined}
                onClick={() => onChoose(scene.id)}
                className={cn(
                  'flex min-h-row w-full items-center gap-2 px-3 py-1 text-left hover:bg-hover',
                  scene.id === currentId && 'bg-wash',
                )}
              >
                <span
                  aria-hidden
                  className="h-5 w-0.5 shrink-0 rounded-full"
                  style={{ background: `var(--branch-${owner?.colour ?? 1})` }}
                />
                <span className={cn('min-w-0 flex-1 truncate', scene.branchId !== branch.id && 'text-ink-soft italic')}>
                  {scene.title || words.untitled}
                </span>
                <span className="shrink-0 text-small text-ink-faint tabular-nums">
                  {scene.words > 0 ? scene.words.toLocaleString('en') : ''}
                </span>
              </button>
            </li>
          )
        })}
      </ol>
      <p className="border-t px-3 py-2 text-small text-ink-faint">{words.branchWords(total)}</p>
    </nav>
  )
}
