import OpenAI from 'openai'
import { isLocal } from './local-address.ts'
import { failure } from './wire.ts'
import type { FinishReason, Usage } from '../../writer/generation.ts'
import type { GenerateRequest, ProviderConfig, RawProvider, WireEvent, WireIo } from './port.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  stop: 'stop',
  length: 'length',
  tool_calls: 'tool',
  function_call: 'tool',
  content_filter: 'filtered',
}

const LOCAL = { hostClass: 'local', opening: 'loads' } as const
const CLOUD = { hostClass: 'cloud', opening: 'reasons' } as const

/**
 * Chat Completions of any server that speaks them (llama.cpp, vLLM, LM Studio, OpenRouter, OpenAI). The base URL
 * includes `/v1`. The terminal event is a `finish_reason`; text after it still counts, since some servers send it early.
 */
export function openAiCompatible(config: ProviderConfig): RawProvider {
  const client = (io: WireIo): OpenAI =>
    new OpenAI({
      baseURL: config.baseUrl,
      // Local servers ask for no key, but the SDK insists on a value.
      apiKey: config.apiKey ?? 'none',
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      fetch: io.fetch,
    })

  async function* stream(request: GenerateRequest, io: WireIo): AsyncGenerator<WireEvent> {
    const chunks = await client(io).chat.completions.create(
      {
        model: request.model,
        messages: [
          { role: 'system', content: request.system },
          ...request.messages.map((message) => ({
            role: message.role,
            content: message.parts.map((part) => part.text).join(''),
          })),
        ],
        max_tokens: request.maxTokens,
        ...(request.temperature === undefined ? {} : { temperature: request.temperature }),
        ...(request.schema
          ? {
              response_format: {
                type: 'json_schema' as const,
                json_schema: { name: request.schema.name, strict: true, schema: { ...request.schema.json } },
              },
            }
          : {}),
        stream: true,
        stream_options: { include_usage: true },
      },
      { signal: io.signal },
    )
    let started = false
    let refused = false
    for await (const chunk of chunks) {
      if (!started) {
        started = true
        yield { type: 'start', requestId: chunk.id ?? null, model: chunk.model ?? request.model }
      }
      const choice = chunk.choices?.[0]
      // Reasoning servers (DeepSeek, vLLM) add this field outside the SDK's types.
      const thinking = (choice?.delta as { reasoning_content?: unknown } | undefined)?.reasoning_content
      if (typeof thinking === 'string' && thinking !== '') yield { type: 'thinking', text: thinking }
      if (choice?.delta?.content) yield { type: 'delta', text: choice.delta.content }
      if (choice?.delta?.refusal) refused = true
      if (choice?.finish_reason) {
        const native: string = choice.finish_reason
        yield { type: 'terminal', reason: refused ? 'refusal' : (REASONS[native] ?? 'truncated'), native }
      }
      if (chunk.usage) yield { type: 'usage', usage: normalUsage(chunk.usage) }
    }
  }

  return {
    kind: 'openai-compatible',
    streamType: 'text/event-stream',
    stream,
    models: async (io) => {
      const page = await client(io).models.list({ signal: io.signal })
      return page.data.map((model) => model.id)
    },
    capabilities: () => ({
      contextTokens: 32_768,
      maxOutputTokens: 4096,
      temperature: true,
      jsonSchema: true,
      // A local server may load the model first. Of a remote one a name does not tell whether its model thinks first,
      // and a call that is cut while it thinks is paid for and asked again.
      ...(isLocal(config.baseUrl) ? LOCAL : CLOUD),
    }),
    explain: (thrown) => {
      if (!(thrown instanceof OpenAI.APIError) || thrown instanceof OpenAI.APIConnectionError) return null
      return { kind: failure('overloaded', '').kind, message: 'The provider reported an error in the stream.' }
    },
  }
}

/** Prompt tokens include cached ones here, so they are taken out of the uncached count. */
function normalUsage(of: OpenAI.CompletionUsage): Usage {
  const cached = of.prompt_tokens_details?.cached_tokens ?? 0
  return {
    inputUncached: Math.max(0, of.prompt_tokens - cached),
    cacheRead: cached,
    cacheWrite: 0,
    output: of.completion_tokens,
    reasoning: of.completion_tokens_details?.reasoning_tokens ?? 0,
    source: 'provider',
  }
}
