'use client'
import { CircleAlert, TriangleAlert } from 'lucide-react'
import { useMay } from '#components/members/may.tsx'
import { messages } from '#components/messages/messages.ts'
import { Badge } from '#components/ui/badge.tsx'
import { Button } from '#components/ui/button.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { SkeletonLines } from '#components/ui/skeleton.tsx'
import type { GraphProblem } from '#lib/story/graph-problems.ts'
import { useView, useViewActions } from '#stores/view.ts'
import { useCanvasModel } from './use-canvas-model.ts'
import { titleOf, useGraphActions } from './use-graph-actions.ts'
import { useProblems } from './use-problems.ts'

const words = messages.canvas.problems
/** More lines than this are counted, not listed. */
const LISTED = 300

/** What the graph alone shows to be wrong, with the way there and a fix where one is plain. */
export function ProblemsPanel() {
  const problems = useProblems()
  const model = useCanvasModel()
  const actions = useGraphActions(model, () => undefined)
  const { select } = useViewActions()
  const sceneIds = useView((view) => view.sceneIds)
  const mayWrite = useMay('story.write')
  if (problems === null) return <SkeletonLines />
  if (problems.length === 0) return <EmptyState title={words.none}>{words.noneText}</EmptyState>
  const [chosen] = sceneIds

  function show(problem: GraphProblem) {
    if (problem.kind === 'silent-choice') select([], [problem.edge.id])
    else if (problem.kind !== 'no-start') select([problem.scene.id])
  }
  function fix(problem: GraphProblem) {
    if (problem.kind === 'dead-end') actions.update(problem.scene.id, { type: 'ending' })
    if (problem.kind === 'no-start' && chosen) actions.send({ type: 'UpdateStory', fields: { startSceneId: chosen } })
  }

  return (
    <div className="flex flex-col">
      <p className="border-b px-4 py-2 text-small text-ink-soft">{words.count(problems.length)}</p>
      <ul>
        {problems.slice(0, LISTED).map((problem, at) => (
          <li key={at} className="flex items-start gap-2 border-b px-4 py-2">
            {problem.severity === 'error' ? (
              <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger" />
            ) : (
              <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
            )}
            <div className="min-w-0 flex-1">
              {'scene' in problem ? (
                <button
                  type="button"
                  className="block max-w-full truncate text-left font-medium hover:underline"
                  aria-label={words.goTo(titleOf(problem.scene))}
                  onClick={() => show(problem)}
                >
                  {titleOf(problem.scene)}
                </button>
              ) : null}
              <p className="text-small text-ink-soft">{words.kinds[problem.kind]}</p>
            </div>
            {mayWrite && (problem.kind === 'dead-end' || (problem.kind === 'no-start' && chosen)) ? (
              <Button size="sm" variant="ghost" className="h-auto py-1 whitespace-normal" onClick={() => fix(problem)}>
                {words.fixes[problem.kind]}
              </Button>
            ) : null}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** The number of problems beside the tab's name. */
export function ProblemsBadge() {
  const count = useProblems()?.length ?? 0
  return count > 0 ? <Badge tone="warn">{count}</Badge> : null
}
