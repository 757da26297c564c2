import type { ProviderTest } from '#lib/writer/run.ts'
import type { CallError } from '#lib/writer/generation.ts'
import type { GenerateRequest, GenerateResult } from './port.ts'
import type { ReadyProvider } from './providers.ts'
import { WireError } from './wire.ts'

type Problem = NonNullable<ProviderTest['problem']>

/** What was found out about a provider, and the call that was made for it, if one was. */
export interface TestedProvider {
  readonly test: ProviderTest
  readonly call: GenerateResult | null
}

const MODELS_SHOWN = 200
const QUESTION = 'Answer with the one word: ready'

/** What an address answers that is not the API one takes it for. */
const ANSWERED_OTHERWISE: ReadonlySet<CallError['kind']> = new Set(['bad_request', 'not_this_api', 'malformed'])

/**
 * Tries a provider as a person needs to know it (WR37): is something there, does it take the key, does it know the
 * model. The list of models is asked first, since it answers at once and costs nothing; a server without one may still
 * pass by the small real call that follows.
 */
export async function testConnection(
  { provider, model }: Pick<ReadyProvider, 'provider' | 'model'>,
  signal: AbortSignal,
): Promise<TestedProvider> {
  const listed = await provider.models().catch((thrown: unknown) => {
    if (thrown instanceof WireError) return thrown.failure
    throw thrown
  })
  const models = 'kind' in listed ? [] : listed
  const found = { model, models: models.slice(0, MODELS_SHOWN), durationMs: 0 }
  if ('kind' in listed) {
    const problem = problemOf(listed)
    if (problem) return { test: { ok: false, problem, detail: listed.message, ...found }, call: null }
  }
  if (model === '') {
    const problem = 'kind' in listed ? 'other' : 'model'
    const detail = 'kind' in listed ? listed.message : 'No model is chosen.'
    return { test: { ok: false, problem, detail, ...found }, call: null }
  }
  const call = await provider.generate(requestFor(model), { signal, onEvent: () => undefined })
  const answered = { ...found, model: call.model, durationMs: call.durationMs }
  if (call.text.trim() !== '' || call.reason === 'length')
    return { test: { ok: true, problem: null, detail: '', ...answered }, call }
  const { error } = call
  const detail = error?.message ?? `It answered nothing (${call.reason}).`
  return { test: { ok: false, problem: failedCall(), detail, ...answered }, call }

  function failedCall(): Problem {
    if (!error) return 'other'
    const plain = problemOf(error)
    if (plain) return plain
    if (!ANSWERED_OTHERWISE.has(error.kind)) return 'other'
    if ('kind' in listed) return ANSWERED_OTHERWISE.has(listed.kind) ? 'address' : 'other'
    // Ollama adds the tag by itself.
    return models.some((id) => id === model || id === `${model}:latest`) ? 'other' : 'model'
  }
}

/** What a failure says whatever was asked. */
function problemOf({ kind }: CallError): Problem | null {
  if (kind === 'auth') return 'key'
  return kind === 'disconnected' || kind === 'timeout_connect' ? 'unreachable' : null
}

function requestFor(model: string): GenerateRequest {
  return {
    model,
    system: 'This is a connection test.',
    messages: [{ role: 'user', parts: [{ text: QUESTION }] }],
    maxTokens: 64,
  }
}
