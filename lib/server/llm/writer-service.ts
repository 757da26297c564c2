import { join } from 'node:path'
import { NotFoundError } from '#lib/kernel/errors.ts'
import type { Log } from '../log.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock, Random } from '#lib/kernel/ports.ts'
import type { ProviderTest, UsageSummary } from '#lib/writer/run.ts'
import type { AppDb } from '../app-db.ts'
import type { Audit } from '../audit/audit.ts'
import type { DataFolder } from '../data-folder.ts'
import type { EventWriter } from '../events/writer.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Prose } from '../prose/prose.ts'
import { codexOf } from './codex.ts'
import { openFtsIndex } from '../retrieval/fts-index.ts'
import type { FtsIndex } from '../retrieval/fts-index.ts'
import { createRetrieval } from '../retrieval/retrieval.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { docText } from '#lib/prose/text.ts'
import { testConnection } from './connection-test.ts'
import { PROVIDER_KEYS_SECRET } from './keys.ts'
import { summarise, usageInsert } from './ledger.ts'
import { createProviders } from './providers.ts'
import type { Providers } from './providers.ts'
import type { ProviderKind } from './registry.ts'
import { createRuns } from './runs.ts'
import type { Runs } from './runs.ts'

/** The writer of a running house: providers, runs, search and the ledger. */
export interface WriterService {
  readonly providers: Providers
  readonly runs: Runs
  readonly retrieval: Retrieval
  readonly usage: (storyId: string | null) => Promise<UsageSummary>
  /** Tries a provider as it is set, by a small real call where it gets that far, and records that call. */
  readonly test: (kind: ProviderKind, userId: string, signal: AbortSignal) => Promise<ProviderTest>
  readonly close: () => Promise<void>
}

interface WriterPorts {
  readonly app: AppDb
  readonly folder: DataFolder
  readonly events: EventWriter
  readonly prose: Prose
  readonly outbound: Outbound
  readonly nameOf: (userId: string) => string
  readonly clock: Clock
  readonly random: Random
  readonly newId: NewId
  readonly log: Log
  readonly audit: Pick<Audit, 'record'>
}

/** Builds the writer and lets its index follow committed changes; marks runs an earlier process left open. */
export async function createWriterService(ports: WriterPorts): Promise<WriterService> {
  const { app, folder, events, prose, outbound, nameOf, clock, random, newId, log, audit } = ports
  const index = openIndex(join(folder.path, 'index.db'), log)
  const retrieval = createRetrieval({
    index,
    clock,
    source: {
      versions: (storyId) => {
        const state = events.state(storyId)
        if (!state || state.version === 0) return null
        return new Map([...state.scenes.values()].map((scene) => [scene.id, scene.proseHash ?? 'none']))
      },
      text: (_storyId, sceneId, version) => Promise.resolve(recordedText(prose, sceneId, version)),
    },
  })
  const stopListening = events.onCommitted((storyId) => retrieval.changed(storyId))
  const providers = createProviders({
    ...{ app, outbound, clock, random, audit },
    secret: folder.secret(PROVIDER_KEYS_SECRET),
  })
  const runs = createRuns({
    app,
    retrieval,
    providers,
    nameOf,
    clock,
    newId,
    log,
    source: {
      state: (storyId) => {
        const state = events.state(storyId)
        return state && state.version > 0 ? state : null
      },
      codex: (storyId) => codexOf(events.state(storyId)),
      text: (sceneId) => textOf(prose, sceneId),
    },
    append: (sceneId, addition) => prose.appendText(sceneId, addition),
  })
  await runs.recover()

  async function test(kind: ProviderKind, userId: string, signal: AbortSignal): Promise<ProviderTest> {
    const ready = await providers.configured(kind)
    const startedAt = clock()
    const { test, call } = await testConnection(ready, signal)
    if (call)
      await usageInsert(app, newId, {
        purpose: 'test',
        provider: kind,
        modelAsked: ready.model,
        hostClass: ready.provider.capabilities(ready.model).hostClass,
        startedAt,
        userId,
        result: call,
        ...{ runId: null, storyId: null, sceneId: null, contextHash: null },
      })
    return test
  }

  return {
    providers,
    runs,
    retrieval,
    usage: (storyId) => summarise(app, storyId),
    test,
    close: async () => {
      stopListening()
      await runs.close()
      await retrieval.close()
    },
  }
}

/** The text a checkpoint recorded under this hash, so that the index never holds text under a wrong version. */
function recordedText(prose: Prose, sceneId: string, version: string): string {
  const recorded = prose.checkpointContent(sceneId, version)
  if (recorded) return docText(recorded)
  return textOf(prose, sceneId)
}

/** The scene's text now; empty for a scene nobody has written in, such as a group. */
function textOf(prose: Prose, sceneId: string): string {
  try {
    return prose.text(sceneId)
  } catch (thrown) {
    if (thrown instanceof NotFoundError) return ''
    throw thrown
  }
}

function openIndex(file: string, log: Log): FtsIndex | null {
  try {
    return openFtsIndex(file)
  } catch (thrown) {
    log.error({ err: thrown }, 'the search index cannot be opened; the writer works without found passages')
    return null
  }
}
