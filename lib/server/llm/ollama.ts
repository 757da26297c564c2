import { Ollama } from 'ollama'
import { isLocal } from './openai-compatible.ts'
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
        num_ctx: windowFor(request),
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
      yield { type: 'terminal', reason: REASONS[native] ?? 'truncated', native }
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

/** The window to ask for: what the request needs, rounded up to 4,096, so that a model is not reloaded every call. */
function windowFor(request: GenerateRequest): number {
  const text = request.system + request.messages.flatMap((message) => message.parts.map((part) => part.text)).join('')
  const needed = Math.ceil(estimateTokens(text) * 1.2) + request.maxTokens
  return Math.min(CONTEXT_TOKENS, Math.max(4096, Math.ceil(needed / 4096) * 4096))
}
