import { contextPreview, itemSceneId, runView, searchReport } from '#lib/writer/run.ts'
import type { ContextPreview, RunView } from '#lib/writer/run.ts'
import { contextPack } from '#lib/writer/pack.ts'
import type { Prisma } from '#generated/app/client.ts'

/** Stored rows of the writer as the browser sees them. */

export const runInclude = { items: { orderBy: { ordinal: 'asc' } } } satisfies Prisma.RunInclude
type RunRow = Prisma.RunGetPayload<{ include: typeof runInclude }>
type UsageRecordRow = Prisma.UsageRecordGetPayload<object>

/** What the rest of the house says about a run's ids. */
export interface Known {
  readonly sceneExists: (sceneId: string) => boolean
  readonly nameOf: (userId: string) => string
}

/**
 * A run for the screen. A suggestion whose scene is in the story counts as accepted, and one whose scene was undone or
 * deleted is open again: the story decides, not the note beside it (WR33).
 */
export function presentRun(row: RunRow, usage: readonly UsageRecordRow[], known: Known, liveText?: string): RunView {
  return runView.parse({
    ...row,
    label: `${row.provider}/${row.modelAnswered}`,
    error: row.errorKind === null ? null : { kind: row.errorKind, message: row.errorMessage ?? '' },
    text: liveText ?? row.text,
    askedBy: known.nameOf(row.userId),
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
    items: row.items.map((item) => {
      const sceneId = itemSceneId(row.id, item.ordinal)
      const state = known.sceneExists(sceneId) ? 'accepted' : item.state === 'discarded' ? 'discarded' : 'open'
      return { ...item, sceneId, state }
    }),
    usage: usage.length === 0 ? null : total(usage),
    packTokens: contextPack.shape.tokens.parse((JSON.parse(row.pack) as { tokens?: unknown }).tokens),
  })
}

/** The frozen pack of a run with how it was searched and where it went. */
export function packOf(row: RunRow): ContextPreview {
  return contextPreview.parse({
    pack: JSON.parse(row.pack),
    search: searchReport.parse(JSON.parse(row.search)),
    label: `${row.provider}/${row.modelAsked}`,
    hostClass: row.hostClass,
  })
}

function total(records: readonly UsageRecordRow[]): NonNullable<RunView['usage']> {
  const sum = (pick: (record: UsageRecordRow) => number): number => records.reduce((all, one) => all + pick(one), 0)
  const unknown = records.some((record) => record.costMicros === null)
  const estimated = records.some((record) => record.usageSource !== 'provider')
  return {
    inputUncached: sum((record) => record.inputUncached),
    cacheRead: sum((record) => record.cacheRead),
    cacheWrite: sum((record) => record.cacheWrite),
    output: sum((record) => record.output),
    reasoning: sum((record) => record.reasoning),
    source: estimated ? 'estimated' : 'provider',
    costMicros: unknown ? null : sum((record) => record.costMicros ?? 0),
    calls: records.length,
  }
}
