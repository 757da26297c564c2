import { anthropic } from './anthropic.ts'
import { offline } from './offline.ts'
import { ollama } from './ollama.ts'
import { openAiCompatible } from './openai-compatible.ts'
import type { ProviderConfig, RawProvider } from './port.ts'

export interface ProviderEntry {
  readonly kind: ProviderKind
  readonly defaultBaseUrl: string | null
  readonly defaultModel: string
  readonly needsKey: 'yes' | 'maybe' | 'no'
  readonly create: (config: ProviderConfig) => RawProvider
}

export type ProviderKind = 'offline' | 'openai-compatible' | 'anthropic' | 'ollama'

/** Every provider of the house: a new one is a file and a line here, checked by the contract suite. */
export const providerRegistry: readonly ProviderEntry[] = [
  { kind: 'offline', defaultBaseUrl: null, defaultModel: 'outline-1', needsKey: 'no', create: () => offline() },
  {
    kind: 'openai-compatible',
    defaultBaseUrl: 'http://127.0.0.1:8080/v1',
    defaultModel: '',
    needsKey: 'maybe',
    create: openAiCompatible,
  },
  {
    kind: 'anthropic',
    defaultBaseUrl: 'https://api.anthropic.com',
    defaultModel: '',
    needsKey: 'yes',
    create: anthropic,
  },
  { kind: 'ollama', defaultBaseUrl: 'http://127.0.0.1:11434', defaultModel: '', needsKey: 'maybe', create: ollama },
]
