import { ConflictError, NotFoundError, RateLimitedError, UnavailableError } from '#lib/kernel/errors.ts'
import type { Log } from '../log.ts'
import type { NewId } from '#lib/kernel/ids.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { countWords } from '#lib/retrieval/chunk.ts'
import { parseBranches } from '#lib/writer/branches.ts'
import type { BranchIdea } from '#lib/writer/branches.ts'
import { itemSceneId } from '#lib/writer/run.ts'
import type { Ask, ContextPreview, RunView } from '#lib/writer/run.ts'
import type { AppDb } from '../app-db.ts'
import type { Retrieval } from '../retrieval/retrieval.ts'
import { usageInsert } from './ledger.ts'
import { brokenEnding, changeOf, liveRun, wake } from './live-run.ts'
import type { LiveRun } from './live-run.ts'
import { repairRequest, requestFor, unreadable } from './run-requests.ts'
import { gather } from './story-material.ts'
import type { Gathered, StorySource } from './story-material.ts'
import { packOf, presentRun, runInclude } from './run-rows.ts'
import type { Known } from './run-rows.ts'
import type { GenerateRequest, GenerateResult } from './port.ts'
import type { Providers, ReadyProvider } from './providers.ts'

/** A piece of a run's stream. `n` is the length of the text after it, so a reader resumes by it (WR31). */
export type RunSignal =
  | { readonly type: 'delta'; readonly n: number; readonly text: string }
  | { readonly type: 'reset'; readonly n: number; readonly text: string }
  | { readonly type: 'end'; readonly n: number; readonly run: RunView }

export interface Runs {
  readonly preview: (storyId: string, ask: Ask) => Promise<ContextPreview>
  /** Starts a call and answers at once. The same click key answers the same run. */
  readonly start: (storyId: string, ask: Ask, by: { userId: string; clickKey: string }) => Promise<RunView>
  readonly list: (
    storyId: string,
    filter: { sceneId?: string | undefined; verb?: Ask['verb'] | undefined },
  ) => Promise<RunView[]>
  readonly get: (storyId: string, runId: string) => Promise<RunView>
  /** The frozen pack a run was sent with. */
  readonly context: (storyId: string, runId: string) => Promise<ContextPreview>
  /** The text from number `after` on, live while it runs, then one `end`. */
  readonly follow: (storyId: string, runId: string, after: number, signal: AbortSignal) => AsyncIterable<RunSignal>
  readonly stop: (storyId: string, runId: string) => Promise<RunView>
  /** Takes the text into the scene, or leaves it. Throws ConflictError when that was decided before. */
  readonly decide: (storyId: string, runId: string, decision: Decision, userId: string) => Promise<RunView>
  readonly decideItem: (storyId: string, runId: string, item: ItemDecision, userId: string) => Promise<RunView>
  /** Marks what an earlier process left running (WR32). Call once at start. */
  readonly recover: () => Promise<number>
  readonly close: () => Promise<void>
}

type InsertBy = 'server' | 'editor'
export type Decision =
  | { readonly verdict: 'discarded' }
  | { readonly verdict: 'accepted'; readonly insert: InsertBy }
  | { readonly verdict: 'edited'; readonly insert: InsertBy; readonly text: string }
export interface ItemDecision {
  readonly ordinal: number
  readonly state: 'open' | 'accepted' | 'discarded'
}

interface RunsPorts {
  readonly app: AppDb
  readonly source: StorySource
  readonly retrieval: Retrieval
  readonly providers: Providers
  /** Adds AI-written text at the end of a scene, durable when it resolves. */
  readonly append: (sceneId: string, addition: { text: string; actor: string; runId: string }) => Promise<unknown>
  /** A person's name for the screen. */
  readonly nameOf: (userId: string) => string
  readonly clock: Clock
  readonly newId: NewId
  readonly log: Pick<Log, 'error'>
}

const AT_ONCE_PER_PERSON = 4
const SAVE_EVERY_MS = 500

/** Runs of the writer: start, stream, stop, keep, decide. A closed tab does not end a run; stop and shutdown do. */
export function createRuns(ports: RunsPorts): Runs {
  const { app, clock } = ports
  const live = new Map<string, LiveRun>()
  let closing = false

  async function row(storyId: string, runId: string) {
    await keepBroken()
    const found = await app.run.findUnique({ where: { id: runId }, include: runInclude })
    if (!found || found.storyId !== storyId) throw new NotFoundError('There is no such run.')
    return asKnown(found)
  }

  async function view(storyId: string, runId: string): Promise<RunView> {
    const found = await row(storyId, runId)
    const usage = await app.usageRecord.findMany({ where: { runId } })
    return presentRun(found, usage, known(storyId), live.get(runId)?.text)
  }

  function known(storyId: string): Known {
    return { sceneExists: sceneExists(storyId), nameOf: ports.nameOf }
  }

  function sceneExists(storyId: string): (sceneId: string) => boolean {
    const state = ports.source.state(storyId)
    return (sceneId) => state?.scenes.has(sceneId) ?? false
  }

  async function start(storyId: string, ask: Ask, by: { userId: string; clickKey: string }): Promise<RunView> {
    if (closing) throw new UnavailableError('The program is shutting down.')
    const known = await app.run.findUnique({ where: { userId_clickKey: by }, select: { id: true, storyId: true } })
    if (known) return view(known.storyId, known.id)
    const running = [...live.values()].filter((entry) => !entry.done && entry.userId === by.userId).length
    if (running >= AT_ONCE_PER_PERSON)
      throw new RateLimitedError(2000, 'Four runs are under way already. Wait for one, or stop it.')
    const ready = await ports.providers.ready(ask.provider)
    const model = ready.provider.capabilities(ready.model)
    const gathered = await gather(ports, { storyId, ask, model })
    const id = ports.newId('run')
    await app.run.create({
      data: {
        id,
        storyId,
        sceneId: ask.sceneId,
        branchId: ask.branchId,
        ...by,
        verb: ask.verb,
        instruction: ask.instruction,
        provider: ready.kind,
        modelAsked: ready.model,
        modelAnswered: ready.model,
        hostClass: model.hostClass,
        state: 'running',
        text: '',
        pack: JSON.stringify(gathered.pack),
        packHash: gathered.pack.hash,
        search: JSON.stringify(gathered.search),
        verdict: 'pending',
        createdAt: new Date(clock()),
      },
      select: { id: true },
    })
    const entry = liveRun(by.userId)
    live.set(id, entry)
    entry.finished = execute({ id, storyId, ask, ready, gathered, entry })
      .then(() => void live.delete(id))
      .catch(async (thrown: unknown) => {
        ports.log.error({ err: thrown, runId: id }, 'a run could not be stored')
        entry.brokenAt = clock()
        await keepBroken()
      })
      .finally(() => {
        entry.done = true
        wake(entry)
      })
    return view(storyId, id)
  }

  /** Stores what is left of runs whose ending could not be stored; what still cannot be stays in memory (WR35). */
  async function keepBroken(): Promise<void> {
    for (const [id, entry] of live) {
      if (entry.brokenAt === null) continue
      try {
        await app.run.update({ where: { id }, data: brokenEnding(entry), select: { id: true } })
        live.delete(id)
      } catch (thrown) {
        ports.log.error({ err: thrown, runId: id }, 'what a run wrote is still not stored')
      }
    }
  }

  /** A stored run with what only this process knows of it. */
  function asKnown<T extends { readonly id: string }>(found: T): T {
    const entry = live.get(found.id)
    return entry && entry.brokenAt !== null ? { ...found, ...brokenEnding(entry) } : found
  }

  async function execute(work: Work): Promise<void> {
    const { id, ask, entry } = work
    const request = requestFor(work)
    let savedAt = clock()
    const onDelta = (text: string): void => {
      entry.text += text
      wake(entry)
      if (clock() - savedAt < SAVE_EVERY_MS) return
      savedAt = clock()
      // The end writes the whole text again, so a failed save in between costs nothing but the partial after a crash.
      void app.run.update({ where: { id }, data: { text: entry.text }, select: { id: true } }).catch(() => undefined)
    }
    const first = await call(work, request, ask.verb, onDelta)
    let last = first
    let ideas: readonly BranchIdea[] = []
    if (ask.verb === 'branches' && (first.reason === 'stop' || first.reason === 'length')) {
      let parsed = parseBranches(first.text)
      if (!parsed.ok && !entry.control.signal.aborted) {
        onDelta('\n\n')
        last = await call(work, repairRequest(request, first.text, parsed.error), 'repair', onDelta)
        parsed = parseBranches(last.text)
      }
      if (parsed.ok) ideas = parsed.value
      else last = unreadable(last, parsed.error)
    }
    const interrupted = closing && last.reason === 'aborted'
    await app.$transaction([
      app.run.update({
        where: { id },
        data: {
          text: entry.text,
          state: interrupted ? 'interrupted' : 'done',
          modelAnswered: last.model,
          finishReason: last.reason,
          errorKind: last.error?.kind ?? null,
          errorMessage: last.error?.message ?? null,
          finishedAt: new Date(clock()),
        },
        select: { id: true },
      }),
      ...ideas.map((idea, ordinal) =>
        app.runItem.create({ data: { runId: id, ordinal, ...idea, state: 'open' }, select: { runId: true } }),
      ),
    ])
  }

  async function call(
    work: Work,
    request: GenerateRequest,
    purpose: 'continue' | 'branches' | 'repair',
    onDelta: (text: string) => void,
  ): Promise<GenerateResult> {
    const { id, storyId, ask, ready, gathered, entry } = work
    const startedAt = clock()
    const result = await ready.provider.generate(request, {
      signal: entry.control.signal,
      onEvent: (event) => {
        if (event.type === 'delta') onDelta(event.text)
      },
    })
    await usageInsert(app, ports.newId, {
      purpose,
      provider: ready.kind,
      modelAsked: ready.model,
      hostClass: ready.provider.capabilities(ready.model).hostClass,
      startedAt,
      userId: entry.userId,
      runId: id,
      storyId,
      sceneId: ask.sceneId,
      contextHash: gathered.pack.hash,
      result,
    })
    return result
  }

  async function* follow(storyId: string, runId: string, after: number, signal: AbortSignal): AsyncIterable<RunSignal> {
    const entry = live.get(runId)
    if (!entry) {
      const run = await view(storyId, runId)
      yield* rest(run.text, after)
      yield { type: 'end', n: run.text.length, run }
      return
    }
    await row(storyId, runId)
    let at = after
    if (at > entry.text.length) {
      at = entry.text.length
      yield { type: 'reset', n: at, text: entry.text }
    }
    while (!signal.aborted) {
      const { done } = entry
      const { text } = entry
      if (text.length > at) {
        yield { type: 'delta', n: text.length, text: text.slice(at) }
        at = text.length
        continue
      }
      if (done) {
        const run = await view(storyId, runId)
        yield { type: 'end', n: run.text.length, run }
        return
      }
      await changeOf(entry, signal)
    }
  }

  async function decide(storyId: string, runId: string, decision: Decision, userId: string): Promise<RunView> {
    const found = await row(storyId, runId)
    if (found.state === 'running') throw new ConflictError('The run is still writing. Stop it first.')
    const text = decision.verdict === 'edited' ? decision.text : found.text
    const keeps = decision.verdict !== 'discarded'
    if (keeps && text.trim() === '') throw new ConflictError('There is no text to take.')
    const wordsKept = keeps ? countWords(text) : 0
    // Only one decision wins; the text is added after it is won, so it can never be added twice.
    const won = await app.run.updateMany({
      where: { id: runId, verdict: 'pending' },
      data: { verdict: decision.verdict, wordsKept, decidedBy: userId, decidedAt: new Date(clock()) },
    })
    if (won.count === 0) throw new ConflictError('This run was decided before.')
    if (keeps && decision.insert === 'server') {
      try {
        await ports.append(found.sceneId, { text, actor: userId, runId })
      } catch (thrown) {
        const undecided = { verdict: 'pending', wordsKept: 0, decidedBy: null, decidedAt: null }
        await app.run.updateMany({ where: { id: runId }, data: undecided })
        throw thrown
      }
    }
    return view(storyId, runId)
  }

  async function decideItem(storyId: string, runId: string, item: ItemDecision, userId: string): Promise<RunView> {
    await row(storyId, runId)
    const sceneId = itemSceneId(runId, item.ordinal)
    const exists = sceneExists(storyId)(sceneId)
    if (item.state === 'accepted' && !exists) throw new ConflictError('The scene was not made.')
    if (item.state !== 'accepted' && exists)
      throw new ConflictError('It is a scene already; undo or delete that scene.')
    const changed = await app.runItem.updateMany({
      where: { runId, ordinal: item.ordinal },
      data: {
        state: item.state,
        sceneId: item.state === 'accepted' ? sceneId : null,
        decidedBy: userId,
        decidedAt: new Date(clock()),
      },
    })
    if (changed.count === 0) throw new NotFoundError('There is no such suggestion.')
    return view(storyId, runId)
  }

  return {
    preview: async (storyId, ask) => {
      const ready = await ports.providers.ready(ask.provider)
      const model = ready.provider.capabilities(ready.model)
      const { pack, search } = await gather(ports, { storyId, ask, model })
      return { pack, search, label: ready.label, hostClass: model.hostClass }
    },
    start,
    list: async (storyId, filter) => {
      const where = {
        storyId,
        ...(filter.sceneId === undefined ? {} : { sceneId: filter.sceneId }),
        ...(filter.verb === undefined ? {} : { verb: filter.verb }),
      }
      await keepBroken()
      const found = await app.run.findMany({ where, include: runInclude, orderBy: { createdAt: 'desc' }, take: 100 })
      const usage = await app.usageRecord.findMany({ where: { runId: { in: found.map((run) => run.id) } } })
      const facts = known(storyId)
      return found.map((run) =>
        presentRun(
          asKnown(run),
          usage.filter((record) => record.runId === run.id),
          facts,
          live.get(run.id)?.text,
        ),
      )
    },
    get: view,
    context: async (storyId, runId) => packOf(await row(storyId, runId)),
    follow,
    stop: async (storyId, runId) => {
      await row(storyId, runId)
      const entry = live.get(runId)
      entry?.control.abort()
      await entry?.finished
      return view(storyId, runId)
    },
    decide,
    decideItem,
    recover: async () => {
      const left = await app.run.updateMany({
        where: { state: 'running' },
        data: { state: 'interrupted', finishReason: 'truncated', finishedAt: new Date(clock()) },
      })
      return left.count
    },
    close: async () => {
      closing = true
      for (const entry of live.values()) entry.control.abort()
      await Promise.all([...live.values()].map((entry) => entry.finished))
      await keepBroken()
    },
  }
}

interface Work {
  readonly id: string
  readonly storyId: string
  readonly ask: Ask
  readonly ready: ReadyProvider
  readonly gathered: Gathered
  readonly entry: LiveRun
}

function* rest(text: string, after: number): Iterable<RunSignal> {
  if (after > text.length) yield { type: 'reset', n: text.length, text }
  else if (after < text.length) yield { type: 'delta', n: text.length, text: text.slice(after) }
}
