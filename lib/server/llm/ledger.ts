import type { AppDb } from '../app-db.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Usage } from '#lib/writer/generation.ts'
import { usageSummary } from '#lib/writer/run.ts'
import type { UsageSummary } from '#lib/writer/run.ts'
import type { Capabilities, GenerateResult } from './port.ts'

/** One finished call, for the ledger. */
export interface CallRecord {
  readonly purpose: 'continue' | 'branches' | 'repair' | 'test'
  readonly provider: string
  readonly modelAsked: string
  readonly hostClass: Capabilities['hostClass']
  readonly startedAt: number
  readonly userId: string
  readonly runId: string | null
  readonly storyId: string | null
  readonly sceneId: string | null
  readonly contextHash: string | null
  readonly result: GenerateResult
}

/**
 * What a call cost in millionths of a dollar. Local and built-in calls cost nothing to anybody else; without a price
 * table the cost of a cloud call is unknown, never 0.
 */
export function costOf(hostClass: Capabilities['hostClass'], _usage: Usage): number | null {
  return hostClass === 'cloud' ? null : 0
}

/** The statement that writes one usage record; run it in the same batch as the result it belongs to. */
export function usageInsert(app: AppDb, newId: NewId, call: CallRecord) {
  const { result } = call
  const { source, ...tokens } = result.usage
  return app.usageRecord.create({
    data: {
      id: newId('job').replace(/^jo_/, 'ur_'),
      runId: call.runId,
      storyId: call.storyId,
      sceneId: call.sceneId,
      userId: call.userId,
      purpose: call.purpose,
      provider: call.provider,
      modelAsked: call.modelAsked,
      modelAnswered: result.model,
      hostClass: call.hostClass,
      requestId: result.requestId,
      startedAt: new Date(call.startedAt),
      firstTokenMs: result.firstDeltaMs,
      durationMs: result.durationMs,
      finishReason: result.reason,
      nativeReason: result.native,
      errorKind: result.error?.kind ?? null,
      retries: result.retries,
      ...tokens,
      usageSource: source,
      costMicros: costOf(call.hostClass, result.usage),
      contextHash: call.contextHash,
    },
    select: { id: true },
  })
}

/** Calls of a story, or of the whole house, newest first, with totals over all of them per provider and model. */
export async function summarise(app: AppDb, storyId: string | null): Promise<UsageSummary> {
  const where = storyId === null ? {} : { storyId }
  const [rows, groups, unknown] = await Promise.all([
    app.usageRecord.findMany({ where, orderBy: { startedAt: 'desc' }, take: 100 }),
    app.usageRecord.groupBy({
      by: ['provider', 'modelAnswered'],
      where,
      _count: { _all: true },
      _sum: { inputUncached: true, cacheRead: true, cacheWrite: true, output: true, costMicros: true },
    }),
    app.usageRecord.groupBy({
      by: ['provider', 'modelAnswered'],
      where: { ...where, costMicros: null },
      _count: { _all: true },
    }),
  ])
  const key = (row: { provider: string; modelAnswered: string }): string => `${row.provider}/${row.modelAnswered}`
  const unknownBy = new Map(unknown.map((row) => [key(row), row._count._all]))
  return usageSummary.parse({
    calls: rows.map((row) => ({
      id: row.id,
      at: row.startedAt.toISOString(),
      runId: row.runId,
      purpose: row.purpose,
      label: key(row),
      hostClass: row.hostClass,
      durationMs: row.durationMs,
      firstTokenMs: row.firstTokenMs,
      finishReason: row.finishReason,
      errorKind: row.errorKind,
      retries: row.retries,
      costMicros: row.costMicros,
      inputUncached: row.inputUncached,
      cacheRead: row.cacheRead,
      cacheWrite: row.cacheWrite,
      output: row.output,
      reasoning: row.reasoning,
      source: row.usageSource,
    })),
    totals: groups.map((row) => ({
      label: key(row),
      calls: row._count._all,
      input: (row._sum.inputUncached ?? 0) + (row._sum.cacheRead ?? 0) + (row._sum.cacheWrite ?? 0),
      output: row._sum.output ?? 0,
      costMicros: row._sum.costMicros ?? 0,
      unknownCost: unknownBy.get(key(row)) ?? 0,
    })),
  })
}
