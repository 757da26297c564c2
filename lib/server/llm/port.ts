import type { GenerateEvent, Usage, FinishReason, CallError } from '../../writer/generation.ts'

/** What one model can do; a control for a missing ability is absent, not ignored (writer.md 2.2). */
export interface Capabilities {
  readonly contextTokens: number
  readonly maxOutputTokens: number
  readonly temperature: boolean
  readonly jsonSchema: boolean
  /** `local` never leaves this machine or network by our doing; `cloud` sends the pack away. */
  readonly hostClass: 'local' | 'cloud' | 'built-in'
  /** What may come before the first word: nothing long, thinking that is not sent, or the loading of the model. */
  readonly opening: 'prompt' | 'reasons' | 'loads'
}

/** `cacheHere` marks the end of the stable prefix, for providers that want it named. */
export interface MessagePart {
  readonly text: string
  readonly cacheHere?: boolean
}
export interface Message {
  readonly role: 'user' | 'assistant'
  readonly parts: readonly MessagePart[]
}

/** Story material in its plain parts, for a provider that works by rules instead of a model. */
export interface Material {
  readonly verb: 'continue' | 'branches'
  readonly sceneTitle: string
  readonly sceneText: string
  readonly instruction: string
  readonly beats: readonly string[]
  readonly cast: readonly { readonly name: string; readonly note: string }[]
  readonly earlier: readonly { readonly title: string; readonly text: string }[]
}

export interface GenerateRequest {
  readonly model: string
  readonly system: string
  readonly messages: readonly Message[]
  readonly maxTokens: number
  readonly temperature?: number
  readonly schema?: { readonly name: string; readonly json: Readonly<Record<string, unknown>> }
  readonly material?: Material
}

/** What a call came to. `text` is everything shown, also when it was cut; `reason` says so. */
export interface GenerateResult {
  readonly text: string
  readonly reason: FinishReason
  readonly native: string | null
  readonly error: CallError | null
  readonly usage: Usage
  readonly requestId: string | null
  readonly model: string
  readonly retries: number
  readonly firstDeltaMs: number | null
  readonly durationMs: number
}

export interface GenerateOptions {
  readonly signal: AbortSignal
  readonly onEvent: (event: GenerateEvent) => void
}

export interface ProviderHealth {
  readonly ok: boolean
  readonly detail: string
}

/** A provider as everybody else sees it: the guarded form, made by `guard.ts`. */
export interface Provider {
  readonly kind: string
  generate: (request: GenerateRequest, options: GenerateOptions) => Promise<GenerateResult>
  models: () => Promise<readonly string[]>
  capabilities: (model: string) => Capabilities
  health: () => Promise<ProviderHealth>
}

/** What a raw stream yields before the guard: `terminal` is the provider's own end, which nothing else replaces. */
export type WireEvent =
  | Extract<GenerateEvent, { type: 'start' | 'delta' | 'thinking' | 'usage' }>
  | {
      readonly type: 'terminal'
      readonly reason: FinishReason
      readonly native: string | null
      /** What is wrong although the answer is whole. */
      readonly warning?: Pick<CallError, 'kind' | 'message'>
    }

/** What a provider's file is given for one call: a watched fetch, and the signal that ends it. */
export interface WireIo {
  readonly fetch: typeof globalThis.fetch
  readonly signal: AbortSignal
}

/** What a provider's file implements; the guard adds the rest. */
export interface RawProvider {
  readonly kind: string
  readonly stream: (request: GenerateRequest, io: WireIo) => AsyncIterable<WireEvent>
  readonly models: (io: WireIo) => Promise<readonly string[]>
  readonly capabilities: (model: string) => Capabilities
  /** Turns an error the SDK threw mid-stream into ours; null leaves it to the guard. */
  readonly explain: (thrown: unknown) => Pick<CallError, 'kind' | 'message'> | null
  /** What a good streaming answer's content type starts with; null when nothing goes over a wire. */
  readonly streamType: 'text/event-stream' | 'application/x-ndjson' | null
}

/** What a host sets for one provider. `apiKey` never leaves the server. */
export interface ProviderConfig {
  readonly baseUrl: string
  readonly model: string
  readonly apiKey: string | null
}
