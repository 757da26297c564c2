import Anthropic from '@anthropic-ai/sdk'
import type { FinishReason, Usage } from '../../writer/generation.ts'
import type { GenerateRequest, ProviderConfig, RawProvider, WireEvent, WireIo } from './port.ts'

const REASONS: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  max_tokens: 'length',
  tool_use: 'tool',
  refusal: 'refusal',
  model_context_window_exceeded: 'context_overflow',
  // The server paused its own turn; for a draft that is an unfinished text.
  pause_turn: 'truncated',
}

const silent = { error: noLog, warn: noLog, info: noLog, debug: noLog }
function noLog(): void {
  // The SDK's stream parser prints a bad frame's text; prose must not reach a console.
}

/**
 * The Messages API. The base URL has no `/v1`. The terminal event is `message_stop` after a stop reason. Temperature
 * does not exist in this API version, so it is never sent. Its telemetry is off: it could put prose into spans.
 */
export function anthropic(config: ProviderConfig): RawProvider {
  const client = (io: WireIo): Anthropic =>
    new Anthropic({
      baseURL: config.baseUrl,
      apiKey: config.apiKey ?? 'none',
      maxRetries: 0,
      logger: silent,
      logLevel: 'off',
      openTelemetry: false,
      fetch: io.fetch,
    })

  async function* stream(request: GenerateRequest, io: WireIo): AsyncGenerator<WireEvent> {
    const events = await client(io).messages.create(
      {
        model: request.model,
        system: request.system,
        max_tokens: request.maxTokens,
        messages: request.messages.map((message) => ({
          role: message.role,
          content: message.parts
            .filter((part) => part.text !== '')
            .map((part) => ({
              type: 'text' as const,
              text: part.text,
              ...(part.cacheHere ? { cache_control: { type: 'ephemeral' as const } } : {}),
            })),
        })),
        ...(request.schema
          ? { output_config: { format: { type: 'json_schema' as const, schema: { ...request.schema.json } } } }
          : {}),
        stream: true,
      },
      { signal: io.signal },
    )
    let counted: Usage | null = null
    let stop: string | null = null
    for await (const event of events) {
      switch (event.type) {
        case 'message_start':
          counted = startUsage(event.message.usage)
          yield { type: 'start', requestId: event.message.id, model: event.message.model }
          yield { type: 'usage', usage: { ...counted, source: 'partial' } }
          break
        case 'content_block_delta':
          if (event.delta.type === 'text_delta') yield { type: 'delta', text: event.delta.text }
          else if (event.delta.type === 'thinking_delta') yield { type: 'thinking', text: event.delta.thinking }
          break
        case 'message_delta':
          stop = event.delta.stop_reason ?? stop
          if (counted) yield { type: 'usage', usage: { ...counted, output: event.usage.output_tokens } }
          break
        case 'message_stop':
          if (stop !== null) yield { type: 'terminal', reason: REASONS[stop] ?? 'truncated', native: stop }
          break
        default:
          // Events this version does not know carry no manuscript text.
          break
      }
    }
  }

  return {
    kind: 'anthropic',
    streamType: 'text/event-stream',
    stream,
    models: async (io) => {
      const page = await client(io).models.list({}, { signal: io.signal })
      return page.data.map((model) => model.id)
    },
    capabilities: () => ({
      contextTokens: 200_000,
      maxOutputTokens: 8192,
      temperature: false,
      jsonSchema: true,
      hostClass: 'cloud',
      // Thinking has to be asked for here, and it is not.
      opening: 'prompt',
    }),
    explain: (thrown) => {
      if (!(thrown instanceof Anthropic.APIError) || thrown instanceof Anthropic.APIConnectionError) return null
      return { kind: 'overloaded', message: 'The provider reported an error in the stream.' }
    },
  }
}

/** Input excludes the cache here; the two cache counts come apart. Output follows in `message_delta`, cumulative. */
function startUsage(of: Anthropic.Usage): Usage {
  return {
    inputUncached: of.input_tokens,
    cacheRead: of.cache_read_input_tokens ?? 0,
    cacheWrite: of.cache_creation_input_tokens ?? 0,
    output: of.output_tokens,
    reasoning: 0,
    source: 'provider',
  }
}
