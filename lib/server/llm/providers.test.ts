import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { AppDb } from '../app-db.ts'
import { OUTBOUND_LIMITS } from '../outbound/outbound.ts'
import type { Outbound } from '../outbound/outbound.ts'
import { FIRST_TOKEN_MS } from './guard.ts'
import { createProviders } from './providers.ts'
import type { ProviderKind } from './registry.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] }))
afterEach(() => void vi.useRealTimers())

/** Providers with one setting, whose server takes every call and never answers. */
function withSilentServer(kind: ProviderKind, baseUrl: string) {
  const calls: AbortSignal[] = []
  const row = { kind, enabled: true, baseUrl, model: 'tiny-1', keyCipher: null, keyLast4: null, changedAt: new Date(0) }
  // Only what a call touches; nothing here reads more.
  const app = { providerSetting: { findUnique: () => Promise.resolve(row) } } as unknown as AppDb
  const outbound = {
    stream: (_url: string, init: RequestInit) => {
      if (init.signal) calls.push(init.signal)
      return new Promise(() => undefined)
    },
  } as unknown as Outbound
  const providers = createProviders({
    ...{ app, outbound, clock: Date.now, random: () => 0 },
    secret: Buffer.alloc(32),
    audit: { record: () => Promise.resolve() },
  })
  return { providers, calls }
}

test.each([
  ['openai-compatible', 'https://models.example.com/v1', 120],
  ['openai-compatible', 'https://10.example.com/v1', 120],
  ['openai-compatible', 'http://127.0.0.1:8080/v1', 300],
  ['openai-compatible', 'http://192.168.1.20:1234/v1', 300],
  ['ollama', 'http://127.0.0.1:11434', 300],
] as const)('[WR4] %s at %s may take %i s for its first word', async (kind, baseUrl, seconds) => {
  const { providers, calls } = withSilentServer(kind, baseUrl)
  const { provider } = await providers.ready(kind)
  const control = new AbortController()
  const request = { model: 'tiny-1', system: '', messages: [], maxTokens: 10 }
  const result = provider.generate(request, { signal: control.signal, onEvent: () => undefined })
  await vi.advanceTimersByTimeAsync(seconds * 1000 - 1)
  expect(calls[0]?.aborted).toBe(false)
  await vi.advanceTimersByTimeAsync(1)
  expect(calls[0]?.aborted).toBe(true)
  control.abort()
  expect((await result).text).toBe('')
})

test('[WR4] all tries together keep to the limit of a call', async () => {
  const { providers, calls } = withSilentServer('ollama', 'http://127.0.0.1:11434')
  const { provider } = await providers.ready('ollama')
  const request = { model: 'tiny-1', system: '', messages: [], maxTokens: 10 }
  const result = provider.generate(request, { signal: new AbortController().signal, onEvent: () => undefined })
  await vi.advanceTimersByTimeAsync(FIRST_TOKEN_MS.loads)
  while (calls.length < 2) await new Promise((resolve) => setImmediate(resolve))
  await vi.advanceTimersByTimeAsync(FIRST_TOKEN_MS.loads)
  expect(await result).toMatchObject({ reason: 'error', retries: 1, error: { kind: 'timeout_first_token' } })
  expect(calls).toHaveLength(2)
})

test('[WR4] the way out is patient enough for the longest wait for a first word', () => {
  expect(FIRST_TOKEN_MS).toEqual({ prompt: 60_000, reasons: 120_000, loads: 300_000 })
  expect(OUTBOUND_LIMITS.idleMs).toBeGreaterThan(FIRST_TOKEN_MS.loads)
})
