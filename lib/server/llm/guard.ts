import { setTimeout as sleepMs } from 'node:timers/promises'
import { createCircuit } from './circuit.ts'
import { createWire, failure, WireError } from './wire.ts'
import { estimateTokens } from '../../writer/tokens.ts'
import type { CallError, FinishReason, Usage } from '../../writer/generation.ts'
import type { Clock, Random } from '../../kernel/ports.ts'
import type { Outbound } from '../outbound/outbound.ts'
import type { Circuit } from './circuit.ts'
import type {
  Capabilities,
  GenerateOptions,
  GenerateRequest,
  GenerateResult,
  Provider,
  RawProvider,
  WireEvent,
} from './port.ts'

/** Waits in milliseconds (writer.md 2.4). The connect limit of 10 s lives in the wire. */
export interface GuardLimits {
  readonly firstTokenMs: number
  readonly idleMs: number
  readonly totalMs: number
  readonly retryBaseMs: number
  readonly retryCapMs: number
  readonly tries: number
}

/** How long the first word may take (writer.md 2.4), by what comes before it. */
export const FIRST_TOKEN_MS: Readonly<Record<Capabilities['opening'], number>> = {
  prompt: 60_000,
  reasons: 120_000,
  loads: 300_000,
}

export const defaultLimits: GuardLimits = {
  firstTokenMs: FIRST_TOKEN_MS.prompt,
  idleMs: 30_000,
  totalMs: 600_000,
  retryBaseMs: 500,
  retryCapMs: 30_000,
  tries: 4,
}

interface GuardPorts {
  /** The way to other servers. A provider that calls nobody never uses it. */
  readonly outbound: Outbound
  readonly clock: Clock
  readonly random: Random
  readonly limits?: Partial<GuardLimits>
}

interface Attempt {
  text: string
  reason: FinishReason
  native: string | null
  error: CallError | null
  /** Becomes the error of a call that ended well otherwise. */
  warning: CallError | null
  usage: Usage | null
  requestId: string | null
  model: string
  firstDeltaAt: number | null
}

/**
 * The one guard around every provider (rules WR1-WR9). Whatever an SDK or server does, a call emits events in normal
 * form with exactly one `finish`, last; without the provider's own end the reason is `truncated`, never `stop`; it is
 * tried again only before the first visible text; an abort closes the socket and no text follows it.
 */
export function guarded(raw: RawProvider, ports: GuardPorts): Provider {
  const limits = { ...defaultLimits, ...ports.limits }
  const circuit = createCircuit(ports.clock)

  async function generate(request: GenerateRequest, options: GenerateOptions): Promise<GenerateResult> {
    const startedAt = ports.clock()
    let retries = 0
    let attempt: Attempt
    for (;;) {
      attempt = await guardedAttempt(request, options)
      // However long one try may wait for its first word, the tries together keep to the limit of a call.
      const late = ports.clock() - startedAt >= limits.totalMs
      const wait = late ? null : retryWait(attempt, options.signal, retries)
      if (wait === null) break
      retries += 1
      try {
        await sleepMs(wait, undefined, { signal: options.signal })
      } catch {
        // The only way this sleep ends early is the person's stop.
        attempt = { ...attempt, reason: 'aborted', error: failure('aborted', 'Stopped.') }
        break
      }
    }
    const usage = attempt.usage ?? estimatedUsage(request, attempt.text)
    options.onEvent({ type: 'usage', usage })
    if (attempt.error && attempt.reason !== 'aborted') options.onEvent({ type: 'error', error: attempt.error })
    options.onEvent({ type: 'finish', reason: attempt.reason, native: attempt.native })
    const { text, reason, native, error, requestId, model, firstDeltaAt } = attempt
    const firstDeltaMs = firstDeltaAt === null ? null : firstDeltaAt - startedAt
    const durationMs = ports.clock() - startedAt
    return { text, reason, native, error, usage, requestId, model, retries, firstDeltaMs, durationMs }
  }

  /** Milliseconds to wait before another try, or null when this attempt is the answer. */
  function retryWait(attempt: Attempt, signal: AbortSignal, retries: number): number | null {
    const { error } = attempt
    if (signal.aborted || attempt.text !== '' || !error?.retryable || retries >= limits.tries - 1) return null
    if (error.afterMs !== null && error.afterMs > limits.retryCapMs) return null
    if (circuit.waitMs() > 0 || !circuit.mayRetry()) return null
    const ceiling = Math.min(limits.retryCapMs, limits.retryBaseMs * 2 ** retries)
    return Math.max(error.afterMs ?? 0, Math.round(ports.random() * ceiling))
  }

  async function guardedAttempt(request: GenerateRequest, options: GenerateOptions): Promise<Attempt> {
    const waitMs = circuit.waitMs()
    if (waitMs > 0) return openCircuit(request, waitMs)
    const probe = circuit.called()
    const attempt = await oneAttempt(raw, request, options, limits, ports)
    if (attempt.reason !== 'aborted') judge(circuit, attempt)
    else if (probe) circuit.released()
    return attempt
  }

  async function brief<T>(work: (io: { fetch: typeof fetch; signal: AbortSignal }) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(10_000)
    const wire = createWire({ outbound: ports.outbound, signal, streamType: null, onBytes: () => undefined })
    try {
      return await work({ fetch: wire.fetch, signal })
    } catch (thrown) {
      const known = wire.failed()
      if (known) throw new WireError(known)
      if (signal.aborted) throw new WireError(failure('timeout_connect', 'The address did not answer in 10 seconds.'))
      throw new WireError(failure('malformed', explained(raw, thrown).message))
    }
  }

  return {
    kind: raw.kind,
    generate,
    models: () => brief((io) => raw.models(io)),
    capabilities: raw.capabilities,
    health: async () => {
      try {
        const models = await brief((io) => raw.models(io))
        return { ok: true, detail: `${models.length} models` }
      } catch (thrown) {
        return { ok: false, detail: thrown instanceof WireError ? thrown.message : 'No answer.' }
      }
    },
  }
}

function openCircuit(request: GenerateRequest, waitMs: number): Attempt {
  const message = `The provider failed five times within a minute; it rests for ${Math.ceil(waitMs / 1000)} s.`
  return { ...emptyAttempt(request), reason: 'error', error: { ...failure('overloaded', message), retryable: false } }
}

function judge(circuit: Circuit, attempt: Attempt): void {
  if (attempt.error?.retryable) circuit.failed()
  else circuit.succeeded()
}

function emptyAttempt(request: GenerateRequest): Attempt {
  return {
    text: '',
    reason: 'truncated',
    native: null,
    error: null,
    warning: null,
    usage: null,
    requestId: null,
    model: request.model,
    firstDeltaAt: null,
  }
}

/** One call over the wire, with its timers. Never throws; what went wrong is in `error`. */
async function oneAttempt(
  raw: RawProvider,
  request: GenerateRequest,
  options: GenerateOptions,
  limits: GuardLimits,
  { clock, outbound }: GuardPorts,
): Promise<Attempt> {
  const attempt = emptyAttempt(request)
  const control = new AbortController()
  const timers = watch(control, limits)
  const stop = (): void => control.abort(failure('aborted', 'Stopped.'))
  if (options.signal.aborted) stop()
  else options.signal.addEventListener('abort', stop, { once: true })
  const wire = createWire({ outbound, signal: control.signal, streamType: raw.streamType, onBytes: timers.bytes })
  let ended = false
  try {
    const stream = raw.stream(request, { fetch: wire.fetch, signal: control.signal })
    const iterator = stream[Symbol.asyncIterator]()
    for (;;) {
      const next = await Promise.race([iterator.next(), timers.aborted])
      if (next === 'aborted' || control.signal.aborted || next.done) {
        // Not awaited: a stream that hangs must not hold up the answer; the abort has closed its socket.
        if (next === 'aborted' || !next.done) void iterator.return?.()?.catch(() => undefined)
        break
      }
      ended = take(next.value, attempt, options, timers, clock) || ended
    }
  } catch (thrown) {
    attempt.error = wire.failed() ?? explained(raw, thrown)
  } finally {
    timers.clear()
    options.signal.removeEventListener('abort', stop)
  }
  settle(attempt, ended, control, wire.failed())
  // Whatever still hangs on this call (an unread body, a keep-alive) ends with it.
  control.abort()
  return attempt
}

/** Applies one raw event; answers whether it was the provider's end. */
function take(event: WireEvent, attempt: Attempt, options: GenerateOptions, timers: Timers, clock: Clock): boolean {
  switch (event.type) {
    case 'terminal':
      if (attempt.native === null) {
        attempt.reason = event.reason
        attempt.native = event.native
        attempt.warning = event.warning ? failure(event.warning.kind, event.warning.message) : null
      }
      return true
    case 'start':
      attempt.requestId = event.requestId
      attempt.model = event.model
      options.onEvent(event)
      return false
    case 'usage':
      attempt.usage = event.usage
      return false
    case 'thinking':
      timers.content()
      options.onEvent(event)
      return false
    case 'delta':
      if (event.text === '') return false
      timers.content()
      attempt.firstDeltaAt ??= clock()
      attempt.text += event.text
      options.onEvent(event)
      return false
  }
}

/** Decides how the attempt ended: our abort first, then failures, then the provider's end or its absence. */
function settle(attempt: Attempt, ended: boolean, control: AbortController, wireFailure: CallError | null): void {
  if (control.signal.aborted) {
    // The reason is always one of our own failures: nothing else aborts this controller before settling.
    const why = control.signal.reason as CallError
    attempt.error = why
    attempt.reason = why.kind === 'aborted' ? 'aborted' : attempt.text === '' ? 'error' : 'truncated'
    return
  }
  const error = attempt.error ?? wireFailure
  if (error) {
    attempt.error = error
    if (error.kind === 'context_overflow') attempt.reason = 'context_overflow'
    else attempt.reason = attempt.text === '' ? 'error' : 'truncated'
    return
  }
  if (!ended) {
    attempt.reason = 'truncated'
    attempt.error = failure('disconnected', 'The stream ended before the provider said it was finished.')
    return
  }
  attempt.error = attempt.warning
}

function explained(raw: RawProvider, thrown: unknown): CallError {
  const known = raw.explain(thrown)
  if (known) return failure(known.kind, known.message)
  if (thrown instanceof SyntaxError) return failure('malformed', 'The stream holds something that is not JSON.')
  if (thrown instanceof Error) return failure('disconnected', 'The connection broke off.')
  return failure('malformed', 'The provider library failed without a reason.')
}

interface Timers {
  readonly aborted: Promise<'aborted'>
  readonly bytes: () => void
  readonly content: () => void
  readonly clear: () => void
}

/** First-token, idle and total timers. Any byte resets idle once text has begun; only text ends the first wait. */
function watch(control: AbortController, limits: GuardLimits): Timers {
  const timeout = (kind: 'timeout_first_token' | 'timeout_idle', ms: number) => (): void =>
    control.abort(failure(kind, `Nothing came for ${Math.round(ms / 100) / 10} s.`))
  let first: NodeJS.Timeout | null = setTimeout(
    timeout('timeout_first_token', limits.firstTokenMs),
    limits.firstTokenMs,
  )
  let idle: NodeJS.Timeout | null = null
  const total = setTimeout(
    () => control.abort(failure('timeout_idle', 'The call took longer than a call may.')),
    limits.totalMs,
  )
  const restartIdle = (): void => {
    if (idle) clearTimeout(idle)
    idle = setTimeout(timeout('timeout_idle', limits.idleMs), limits.idleMs)
  }
  const aborted = new Promise<'aborted'>((resolve) => {
    control.signal.addEventListener('abort', () => resolve('aborted'), { once: true })
  })
  return {
    aborted,
    bytes: () => {
      if (first === null) restartIdle()
    },
    content: () => {
      if (first) clearTimeout(first)
      first = null
      restartIdle()
    },
    clear: () => {
      if (first) clearTimeout(first)
      if (idle) clearTimeout(idle)
      clearTimeout(total)
    },
  }
}

function estimatedUsage(request: GenerateRequest, text: string): Usage {
  const input = [request.system, ...request.messages.flatMap((message) => message.parts.map((part) => part.text))]
  return {
    inputUncached: input.reduce((sum, part) => sum + estimateTokens(part), 0),
    cacheRead: 0,
    cacheWrite: 0,
    output: estimateTokens(text),
    reasoning: 0,
    source: 'estimated',
  }
}
