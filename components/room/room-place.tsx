'use client'
import Link from 'next/link'
import { messages } from '#components/messages/messages.ts'
import { usePlaceLink } from '#components/shell/story-links.ts'
import { buttonLook } from '#components/ui/button.tsx'
import { RoomDrawing } from '#components/ui/drawings.tsx'
import { EmptyState } from '#components/ui/empty-state.tsx'
import { Notice } from '#components/ui/notice.tsx'
import { QueryState } from '#components/ui/query-state.tsx'
import { timeAgo } from '#components/ui/time-text.ts'
import { RunLabel, RunUsage } from '#components/writer/run-facts.tsx'
import { SuggestionCard } from '#components/writer/suggestion-card.tsx'
import { SuggestionRun } from '#components/writer/suggestion-run.tsx'
import { useRuns } from '#components/writer/use-writer.ts'
import type { RunItem, RunView } from '#lib/writer/run.ts'
import { useStory } from '#stores/story.ts'

const words = messages.room
const COLUMNS = ['open', 'accepted', 'discarded'] as const

interface Proposal {
  readonly run: RunView
  readonly item: RunItem
}

/** The Room: every suggested branch of the story by what became of it, with who asked, who wrote and what it cost. */
export function RoomPlace() {
  const storyId = useStory((page) => page.storyId)
  const runs = useRuns(storyId)
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <header className="border-b px-4 py-3">
        <h1 className="font-serif text-title font-medium">{words.title}</h1>
        <p className="text-ink-soft">{words.intro}</p>
      </header>
      <QueryState query={runs} lines={8}>
        {(list) => <Board runs={list.filter((run) => run.verb === 'branches')} />}
      </QueryState>
    </div>
  )
}

function Board({ runs }: { runs: readonly RunView[] }) {
  const scenes = useStory((page) => page.shown.scenes)
  const placeLink = usePlaceLink()
  if (runs.length === 0) {
    return (
      <EmptyState
        drawing={<RoomDrawing />}
        title={words.empty}
        action={
          <Link href={placeLink('graph')} className={buttonLook({ variant: 'primary' })}>
            {words.toGraph}
          </Link>
        }
      >
        {words.emptyDetail}
      </EmptyState>
    )
  }
  const proposals = runs.flatMap((run) => run.items.map((item): Proposal => ({ run, item })))
  const stateOf = ({ item }: Proposal): RunItem['state'] =>
    scenes.has(item.sceneId) ? 'accepted' : item.state === 'discarded' ? 'discarded' : 'open'
  const running = runs.filter((run) => run.state === 'running').length
  const failed = runs.filter((run) => run.state !== 'running' && run.items.length === 0)
  return (
    <div className="flex flex-col gap-4 p-4">
      {running > 0 ? <Notice live>{words.running(running)}</Notice> : null}
      <div className="grid items-start gap-4 lg:grid-cols-3">
        {COLUMNS.map((column) => {
          const shown = proposals.filter((proposal) => stateOf(proposal) === column)
          return (
            <section key={column} aria-label={words.columns[column]} className="flex flex-col gap-3">
              <h2 className="flex items-baseline gap-2 border-b pb-1 text-small font-semibold text-ink-soft">
                {words.columns[column]}
                <span className="text-ink-faint tabular-nums">{words.count(shown.length)}</span>
              </h2>
              {shown.length === 0 ? <p className="text-ink-faint">{words.nothing[column]}</p> : null}
              {shown.map(({ run, item }) => (
                <SuggestionCard key={item.sceneId} run={run} item={item}>
                  <Provenance run={run} scene={scenes.get(run.sceneId)?.title ?? null} />
                </SuggestionCard>
              ))}
            </section>
          )
        })}
      </div>
      {failed.length > 0 ? (
        <section aria-label={words.failedRuns} className="flex flex-col gap-3">
          <h2 className="border-b pb-1 text-small font-semibold text-ink-soft">{words.failedRuns}</h2>
          {failed.map((run) => (
            <SuggestionRun key={run.id} run={run} />
          ))}
        </section>
      ) : null}
    </div>
  )
}

function Provenance({ run, scene }: { run: RunView; scene: string | null }) {
  return (
    <div className="flex flex-wrap items-center gap-x-2 gap-y-1 text-small text-ink-faint">
      <RunLabel run={run} />
      <span>{words.from(scene ?? words.goneScene)}</span>
      <span>{words.asked(run.askedBy, timeAgo(Date.parse(run.createdAt)))}</span>
      <RunUsage run={run} />
    </div>
  )
}
