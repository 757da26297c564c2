import { z } from 'zod'
import { contextPreview, providerTest, providerView, runView, usageSummary } from '#lib/writer/run.ts'
import type {
  Ask,
  ContextPreview,
  ProviderKindName,
  ProviderTest,
  ProviderView,
  RunItem,
  RunView,
  UsageSummary,
} from '#lib/writer/run.ts'
import { api } from './api.ts'

/** The writer's routes as functions (lib/server/http/writer.ts). All throw ApiProblem. */

const inStory = (storyId: string, rest: string): string => `/api/stories/${encodeURIComponent(storyId)}/${rest}`
const ofRun = (run: Pick<RunView, 'storyId' | 'id'>, rest = ''): string =>
  inStory(run.storyId, `runs/${encodeURIComponent(run.id)}${rest}`)

const providerList = z.object({ providers: z.array(providerView) })
const runList = z.object({ runs: z.array(runView) })

/** Providers and whether they can be used. */
export async function readProviders(signal: AbortSignal): Promise<ProviderView[]> {
  return (await api('GET', '/api/providers', { schema: providerList, signal })).providers
}

export interface ProviderSettings {
  readonly enabled: boolean
  readonly baseUrl: string
  readonly model: string
  /** Left out keeps the stored key; null removes it. */
  readonly key?: string | null
}

/** Stores a provider's settings. */
export function saveProvider(kind: ProviderKindName, settings: ProviderSettings): Promise<ProviderView> {
  return api('PUT', `/api/providers/${kind}`, { body: settings, schema: providerView })
}

/** Tries a provider as it is set. */
export function testProvider(kind: ProviderKindName): Promise<ProviderTest> {
  return api('POST', `/api/providers/${kind}/test`, { schema: providerTest })
}

/** Runs of a story, newest first. */
export async function readRuns(storyId: string, signal: AbortSignal): Promise<RunView[]> {
  return (await api('GET', inStory(storyId, 'runs'), { schema: runList, signal })).runs
}

/** Starts a run. `clickKey` is one per press, so that a resend is the same run. */
export function startRun(storyId: string, ask: Ask, clickKey: string): Promise<RunView> {
  return api('POST', inStory(storyId, 'runs'), { body: { ...ask, clickKey }, schema: runView })
}

export function stopRun(run: RunView): Promise<RunView> {
  return api('POST', ofRun(run, '/stop'), { schema: runView })
}

/** `editor` when this page puts the text into its open editor itself, so that undo knows it. */
type InsertBy = 'server' | 'editor'
export type Verdict =
  | { readonly verdict: 'discarded' }
  | { readonly verdict: 'accepted'; readonly insert: InsertBy }
  | { readonly verdict: 'edited'; readonly insert: InsertBy; readonly text: string }

/** Takes the text into the scene, or leaves it. */
export function decideRun(run: RunView, verdict: Verdict): Promise<RunView> {
  return api('POST', ofRun(run, '/verdict'), { body: verdict, schema: runView })
}

export function decideItem(
  run: Pick<RunView, 'storyId' | 'id'>,
  ordinal: number,
  state: RunItem['state'],
): Promise<RunView> {
  return api('POST', ofRun(run, `/items/${ordinal}`), { body: { state }, schema: runView })
}

/** What would be sent now. */
export function previewContext(storyId: string, ask: Ask, signal: AbortSignal): Promise<ContextPreview> {
  return api('POST', inStory(storyId, 'context'), { body: ask, schema: contextPreview, signal })
}

/** What a run was sent with. */
export function readContext(run: RunView, signal: AbortSignal): Promise<ContextPreview> {
  return api('GET', ofRun(run, '/context'), { schema: contextPreview, signal })
}

/** Usage of a story, or of the whole house. */
export function readUsage(storyId: string | null, signal: AbortSignal): Promise<UsageSummary> {
  const path = storyId === null ? '/api/usage' : inStory(storyId, 'usage')
  return api('GET', path, { schema: usageSummary, signal })
}

export interface RunStreamHandlers {
  /** The whole text so far. */
  readonly onText: (text: string) => void
  readonly onEnd: (run: RunView) => void
}

const deltaData = z.object({ text: z.string() })
const endData = z.object({ run: runView })
const RECONNECT_MS = 1500

/**
 * Follows a run's text. The browser resumes a dropped stream from its last number by itself; when the server refuses
 * (an expired session), the run is read once through `api`, which renews the session, and the stream opens again.
 * Returns the closer.
 */
export function followRun(run: Pick<RunView, 'storyId' | 'id'>, handlers: RunStreamHandlers): () => void {
  let text = ''
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | null = null
  let closed = false

  function open(): void {
    if (closed) return
    source = new EventSource(`${ofRun(run, '/events')}?after=${text.length}`)
    source.addEventListener('delta', (event) => {
      const { text: piece } = deltaData.parse(JSON.parse(event.data))
      // A resumed stream starts at the number it was given in its address, or at the last id; the id decides.
      const end = Number(event.lastEventId)
      text = text.slice(0, end - piece.length) + piece
      handlers.onText(text)
    })
    source.addEventListener('reset', (event) => {
      text = deltaData.parse(JSON.parse(event.data)).text
      handlers.onText(text)
    })
    source.addEventListener('end', (event) => {
      stop()
      handlers.onEnd(endData.parse(JSON.parse(event.data)).run)
    })
    source.addEventListener('error', () => {
      if (source?.readyState !== EventSource.CLOSED || closed) return
      timer = setTimeout(() => void renew(), RECONNECT_MS)
    })
  }

  async function renew(): Promise<void> {
    try {
      await api('GET', ofRun(run), { schema: runView })
    } catch {
      // Offline or refused: the next attempt says so again, and the run list shows the state.
    }
    open()
  }

  function stop(): void {
    closed = true
    source?.close()
    if (timer) clearTimeout(timer)
  }
  open()
  return stop
}
