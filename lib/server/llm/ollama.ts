import { Ollama } from 'ollama'
import { isLocal } from './local-address.ts'
import { estimateTokens } from '../../writer/tokens.ts'
import type { FinishReason } from '../../writer/generation.ts'
import type { GenerateRequest, ProviderConfig, RawProvider, WireEvent, WireIo } from './port.ts'

const REASONS: Readonly<Record<string, FinishReason>> = { stop: 'stop', length: 'length' }
const CONTEXT_TOKENS = 16_384

/**
 * Ollama's /api/chat (its /v1 ignores num_ctx). The terminal event is a line with `done: true`. `num_ctx` is always
 * sent, because the server's default window is small and cuts a longer prompt without saying so.
 */
export function ollama(config: ProviderConfig): RawProvider {
  const client = (io: WireIo): Ollama =>
    new Ollama({
      host: config.baseUrl.replace(/\/$/, ''),
      fetch: io.fetch,
      ...(config.apiKey === null ? {} : { headers: { Authorization: `Bearer ${config.apiKey}` } }),
    })

  async function* stream(request: GenerateRequest, io: WireIo): AsyncGenerator<WireEvent> {
    const expected = estimateTokens(promptOf(request))
    const window = windowFor(expected, request.maxTokens)
    const lines = await client(io).chat({
      model: request.model,
      messages: [
        { role: 'system', content: request.system },
        ...request.messages.map((message) => ({
          role: message.role,
          content: message.parts.map((part) => part.text).join(''),
        })),
      ],
      options: {
        num_ctx: window,
        num_predict: request.maxTokens,
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
      },
      ...(request.schema ? { format: { ...request.schema.json } } : {}),
      stream: true,
    })
    let started = false
    for await (const line of lines) {
      if (!started) {
        started = true
        yield { type: 'start', requestId: null, model: line.model ?? request.model }
      }
      if (line.message?.thinking) yield { type: 'thinking', text: line.message.thinking }
      if (line.message?.content) yield { type: 'delta', text: line.message.content }
      if (!line.done) continue
      if (typeof line.eval_count === 'number')
        yield {
          type: 'usage',
          usage: {
            inputUncached: line.prompt_eval_count ?? 0,
            cacheRead: 0,
            cacheWrite: 0,
            output: line.eval_count,
            reasoning: 0,
            source: 'provider',
          },
        }
      const native = line.done_reason ?? 'stop'
      const read = line.prompt_eval_count
      const cut = read !== undefined && wasCut({ read, expected, window })
      const warning = cut ? { warning: { kind: 'context_cut' as const, message: cutMessage(read, expected) } } : {}
      yield { type: 'terminal', reason: REASONS[native] ?? 'truncated', native, ...warning }
    }
  }

  return {
    kind: 'ollama',
    streamType: 'application/x-ndjson',
    stream,
    models: async (io) => (await client(io).list()).models.map((model) => model.name),
    capabilities: () => ({
      contextTokens: CONTEXT_TOKENS,
      maxOutputTokens: 2048,
      temperature: true,
      jsonSchema: true,
      hostClass: isLocal(config.baseUrl) ? 'local' : 'cloud',
      opening: 'loads',
    }),
    explain: (thrown) => {
      if (!(thrown instanceof Error)) return null
      if (thrown.message.startsWith('Did not receive done'))
        return { kind: 'disconnected', message: 'The stream ended before the provider said it was finished.' }
      // The SDK throws a plain Error for an error line; a broken socket is a TypeError.
      return thrown.name === 'Error'
        ? { kind: 'overloaded', message: 'The provider reported an error in the stream.' }
        : null
    },
  }
}

function promptOf(request: GenerateRequest): string {
  return request.system + request.messages.flatMap((message) => message.parts.map((part) => part.text)).join('')
}

/**
 * Whether the server left out part of the prompt, which it does without an error when the model's window is smaller
 * (WR36). It then fills half of the window, plus two, or all of it; a count far below the estimate tells of a window
 * smaller than the one asked for. Short prompts fit every window.
 */
export function wasCut(tokens: { read: number; expected: number; window: number }): boolean {
  const { read, expected, window } = tokens
  if (expected < 1000) return false
  return read < expected * 0.6 || Math.abs(read - window / 2 - 2) <= 2 || read >= window
}

function cutMessage(read: number, expected: number): string {
  const [few, all] = [read, expected].map((tokens) => tokens.toLocaleString('en'))
  return `Ollama read only ${few} tokens of about ${all}: the model did not see the whole context. Choose a model with a larger window, or leave parts of the context out.`
}

/** The window to ask for: what the request needs, rounded up to 4,096, so that a model is not reloaded every call. */
function windowFor(promptTokens: number, maxTokens: number): number {
  const needed = Math.ceil(promptTokens * 1.2) + maxTokens
  return Math.min(CONTEXT_TOKENS, Math.max(4096, Math.ceil(needed / 4096) * 4096))
}
