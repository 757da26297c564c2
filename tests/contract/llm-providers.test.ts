import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { guarded } from '#lib/server/llm/guard.ts'
import { providerRegistry } from '#lib/server/llm/registry.ts'
import { allowListOf, LOOPBACK_ENTRIES } from '#lib/server/outbound/addresses.ts'
import { createOutbound } from '#lib/server/outbound/outbound.ts'
import { FAKE_TEXT, fakeLlmWire } from '#tests/fakes/fake-llm-wire.ts'
import type { GenerateEvent } from '#lib/writer/generation.ts'
import type { GenerateRequest, GenerateResult, Provider } from '#lib/server/llm/port.ts'
import type { FakeWire, WireMode } from '#tests/fakes/fake-llm-wire.ts'

/** So generous that only a broken call meets one, on any machine; the tests of a limit shorten that one. */
const LIMITS = {
  firstTokenMs: 30_000,
  idleMs: 30_000,
  totalMs: 60_000,
  retryBaseMs: 5,
  retryCapMs: 3000,
  tries: 3,
}
const SHORT_MS = 300
const outbound = createOutbound({ allow: allowListOf(LOOPBACK_ENTRIES) })
const request: GenerateRequest = {
  model: 'tiny-1',
  system: 'You continue scenes.',
  messages: [{ role: 'user', parts: [{ text: 'Before.', cacheHere: true }, { text: ' Go on.' }] }],
  maxTokens: 200,
  temperature: 0.7,
}

interface Call {
  readonly result: GenerateResult
  readonly events: readonly GenerateEvent[]
}

let wire: FakeWire
beforeAll(async () => {
  wire = await fakeLlmWire()
})
afterAll(async () => {
  await outbound.close()
  await wire.close()
})
beforeEach(() => {
  wire.modes.splice(0, wire.modes.length, 'ok')
  wire.requests.length = 0
})

for (const entry of providerRegistry) {
  const overWire = entry.kind !== 'offline'

  function provider(limits = LIMITS): Provider {
    const baseUrl = entry.kind === 'openai-compatible' ? `${wire.url}/v1` : wire.url
    const raw = entry.create({ baseUrl, model: 'tiny-1', apiKey: 'key-canary-1234' })
    return guarded(raw, { outbound, clock: Date.now, random: () => 0.5, limits })
  }

  async function call(
    modes: WireMode[] = ['ok'],
    from = provider(),
    over: Partial<GenerateRequest> = {},
  ): Promise<Call> {
    wire.modes.splice(0, wire.modes.length, ...modes)
    const events: GenerateEvent[] = []
    const { temperature: _, ...plain } = request
    const fit = from.capabilities('tiny-1').temperature ? request : plain
    const result = await from.generate(
      { ...fit, ...over },
      { signal: new AbortController().signal, onEvent: (event) => events.push(event) },
    )
    return { result, events }
  }

  function expectNormalForm({ result, events }: Call): void {
    const finishes = events.filter((event) => event.type === 'finish')
    expect(finishes).toHaveLength(1)
    expect(events.at(-1)).toEqual({ type: 'finish', reason: result.reason, native: result.native })
    const text = events.map((event) => (event.type === 'delta' ? event.text : '')).join('')
    expect(text).toBe(result.text)
    expect(events.filter((event) => event.type === 'usage')).toHaveLength(1)
    if (result.reason === 'error' || result.reason === 'truncated') expect(result.error).not.toBeNull()
    expect(JSON.stringify([result, events])).not.toMatch(/key-canary|secret-prompt/)
  }

  describe(`provider ${entry.kind}`, () => {
    test('[WR1] a good answer streams text, one usage and one finish, last', async () => {
      const done = await call()
      expectNormalForm(done)
      expect(done.result.reason).toBe('stop')
      expect(done.result.error).toBeNull()
      expect(done.result.text.length).toBeGreaterThan(10)
      expect(done.events[0]?.type).toBe('start')
      expect(done.result.usage.output).toBeGreaterThan(0)
      expect(done.result.firstDeltaMs).toBeGreaterThanOrEqual(0)
    })

    test('[WR5] a stop before the call means no request at all', async () => {
      const control = new AbortController()
      control.abort()
      const events: GenerateEvent[] = []
      const result = await provider().generate(request, { signal: control.signal, onEvent: (e) => events.push(e) })
      expectNormalForm({ result, events })
      expect(result.reason).toBe('aborted')
      expect(result.text).toBe('')
      expect(wire.requests.filter((seen) => seen.path !== '/v1/models')).toHaveLength(0)
    })

    test('[WR5] no text follows a stop', async () => {
      wire.modes.splice(0, 1, 'slow')
      const control = new AbortController()
      const events: GenerateEvent[] = []
      const result = await provider().generate(request, {
        signal: control.signal,
        onEvent: (event) => {
          events.push(event)
          if (event.type === 'delta') control.abort()
        },
      })
      expectNormalForm({ result, events })
      expect(result.reason).toBe('aborted')
      expect(events.filter((event) => event.type === 'delta')).toHaveLength(1)
      expect(result.text).not.toBe('')
    })

    test('[WR9] models and health answer', async () => {
      expect((await provider().models()).length).toBeGreaterThan(0)
      expect((await provider().health()).ok).toBe(true)
    })

    if (!overWire) return

    for (const mode of ['ok', 'bytes', 'crlf', 'comment', 'slow', 'gzip', 'finish-twice'] as const) {
      test(`[WR1] ${mode}: every character arrives`, async () => {
        const done = await call([mode])
        expectNormalForm(done)
        expect(done.result.text).toBe(FAKE_TEXT)
        expect(done.result.reason).toBe('stop')
      })
    }

    test('[WR7] usage is normalised: cached input apart from uncached', async () => {
      const { result } = await call()
      expect(result.usage.source).toBe('provider')
      expect(result.usage.inputUncached + result.usage.cacheRead).toBe(40)
      expect(result.usage.cacheRead).toBe(entry.kind === 'ollama' ? 0 : 30)
      expect(result.usage.output).toBe(12)
    })

    for (const mode of ['truncate', 'destroy', 'error-event', 'malformed', 'finish-null', 'stall'] as const) {
      test(`[WR2] ${mode}: text without the provider's end is truncated, kept and never stop`, async () => {
        const done = await call([mode], provider({ ...LIMITS, idleMs: SHORT_MS }))
        expectNormalForm(done)
        expect(done.result.reason).toBe('truncated')
        expect(done.result.text.length).toBeGreaterThan(0)
        expect(FAKE_TEXT.startsWith(done.result.text)).toBe(true)
        expect(done.result.retries).toBe(0)
      })
    }

    test('[WR4] a stall after text ends by the idle limit', async () => {
      const { result } = await call(['stall'], provider({ ...LIMITS, idleMs: SHORT_MS }))
      expect(result.error?.kind).toBe('timeout_idle')
    })

    test('[WR4] a server that never answers ends by the first-token limit, after its tries', async () => {
      const { result } = await call(['silent'], provider({ ...LIMITS, firstTokenMs: SHORT_MS }))
      expect(result.reason).toBe('error')
      expect(result.error?.kind).toBe('timeout_first_token')
      expect(result.retries).toBe(LIMITS.tries - 1)
    })

    test('[WR2] an HTML page with status 200 is not this API', async () => {
      const done = await call(['html200'])
      expectNormalForm(done)
      expect(done.result.reason).toBe('error')
      expect(done.result.error?.kind).toBe('not_this_api')
      expect(wire.requests).toHaveLength(1)
    })

    test('[WR8] a redirect is refused, not followed', async () => {
      const { result } = await call(['redirect'])
      expect(result.error?.kind).toBe('not_this_api')
    })

    test('[WR1] an empty answer is a stop with no text', async () => {
      const { result } = await call(['empty'])
      expect(result).toMatchObject({ reason: 'stop', text: '' })
    })

    test('[WR1] the length limit is said', async () => {
      const { result } = await call(['max-tokens'])
      expect(result).toMatchObject({ reason: 'length', text: FAKE_TEXT })
    })

    if (entry.kind !== 'ollama') {
      test('[WR1] a refusal that arrives as a normal answer is a refusal', async () => {
        const { result } = await call(['refusal'])
        expect(result.reason).toBe('refusal')
      })
    }

    test('[WR1] thinking never enters the text', async () => {
      const { result, events } = await call(['thinking'])
      expect(result.text).toBe(FAKE_TEXT)
      expect(events.some((event) => event.type === 'thinking')).toBe(true)
    })

    test('[WR7] a missing usage is estimated and says so', async () => {
      const { result } = await call(['usage-missing'])
      if (entry.kind === 'anthropic') return expect(result.usage.source).toBe('provider')
      expect(result.usage.source).toBe('estimated')
      expect(result.usage.output).toBeGreaterThan(0)
    })

    test('[WR1] the model that answered is named, not the one asked', async () => {
      const { result } = await call(['wrong-model'])
      expect(result.model).toBe('other-9')
    })

    for (const mode of ['500', '503', '529', '429-seconds', '429-ms', '429-date'] as const) {
      test(`[WR6] ${mode} before any text is tried again`, async () => {
        const done = await call([mode, 'ok'])
        expectNormalForm(done)
        expect(done.result).toMatchObject({ reason: 'stop', retries: 1, text: FAKE_TEXT })
        expect(done.events.filter((event) => event.type === 'error')).toHaveLength(0)
      })
    }

    test('[WR36] a prompt that was cut without an error is said where that happens, and the draft is whole', async () => {
      const long = [{ role: 'user' as const, parts: [{ text: 'A long way from home. '.repeat(500) }] }]
      const { result, events } = await call(['ok'], provider(), { messages: long })
      const cut = { kind: 'context_cut', retryable: false }
      if (entry.kind === 'ollama') expect(result.error).toMatchObject(cut)
      else expect(result.error).toBeNull()
      expect(result).toMatchObject({ reason: 'stop', text: FAKE_TEXT, retries: 0 })
      expect(events.at(-1)?.type).toBe('finish')
    })

    test('[WR6] the wait the provider asks for is kept', async () => {
      const { result } = await call(['429-seconds', 'ok'])
      expect(result.durationMs).toBeGreaterThanOrEqual(195)
    })

    for (const [mode, kind] of [
      ['401', 'auth'],
      ['403', 'auth'],
      ['overflow-400', 'context_overflow'],
    ] as const) {
      test(`[WR6] ${mode} is ${kind} and never tried again`, async () => {
        const done = await call([mode])
        expectNormalForm(done)
        expect(done.result.error).toMatchObject({ kind, retryable: false })
        expect(wire.requests).toHaveLength(1)
      })
    }

    test('[WR6] an outage ends after the tries, as an error', async () => {
      const done = await call(['503'])
      expectNormalForm(done)
      expect(done.result).toMatchObject({ reason: 'error', text: '', retries: LIMITS.tries - 1 })
      expect(done.result.error?.kind).toBe('overloaded')
      expect(wire.requests).toHaveLength(LIMITS.tries)
    })

    test('[WR6] five failures open the circuit: the next call is refused without a request', async () => {
      const one = provider()
      await call(['503'], one)
      await call(['503'], one)
      const before = wire.requests.length
      const { result } = await call(['ok'], one)
      expect(wire.requests.length).toBe(before)
      expect(result.error).toMatchObject({ kind: 'overloaded', retryable: false })
    })

    test('[WR5] a stop closes the socket', async () => {
      wire.modes.splice(0, 1, 'stall')
      const control = new AbortController()
      // No limit of the call ends this stall within the test: only the stop can close the socket.
      const closed = wire.closedEarly()
      const running = provider().generate(request, {
        signal: control.signal,
        onEvent: (event) => {
          if (event.type === 'delta') control.abort()
        },
      })
      await closed
      expect((await running).reason).toBe('aborted')
    })

    test('[WR8] [F6] a forbidden address is refused, and nothing connects', async () => {
      // The same wire that answers above, so that a connection would be seen; only the permission is missing.
      const shut = createOutbound({ allow: allowListOf([]) })
      const open = createOutbound({ allow: allowListOf(LOOPBACK_ENTRIES) })
      const { port } = new URL(wire.url)
      const sockets = clientSockets()
      try {
        for (const host of [
          '127.0.0.1',
          '[::1]',
          '[::ffff:127.0.0.1]',
          '2130706433',
          '0x7f.1',
          'localhost.',
          '0.0.0.0',
        ]) {
          const raw = entry.create({ baseUrl: `http://${host}:${port}/v1`, model: 'm', apiKey: null })
          const bad = guarded(raw, { outbound: shut, clock: Date.now, random: () => 0.5, limits: LIMITS })
          const { result } = await call(['ok'], bad)
          expect([host, result.error?.kind, result.text]).toEqual([host, 'bad_request', ''])
          expect(await bad.health()).toMatchObject({ ok: false })
          await expect(bad.models()).rejects.toThrow()
        }
        expect(wire.requests).toHaveLength(0)
        expect(sockets.count()).toBe(0)
        // The same call with the permission is counted: the counter works.
        const raw = entry.create({ baseUrl: `${wire.url}/v1`, model: 'm', apiKey: null })
        await guarded(raw, { outbound: open, clock: Date.now, random: () => 0.5, limits: LIMITS }).health()
        expect(sockets.count()).toBeGreaterThan(0)
      } finally {
        sockets.stop()
        await Promise.all([shut.close(), open.close()])
      }
    })

    test('[WR9] the schema, the window and the key travel in the provider’s own way', async () => {
      await call(['ok'], provider(), { schema: { name: 'branches', json: { type: 'object' } } })
      const seen = wire.requests[0]
      const auth = `${seen?.headers.authorization ?? ''}${String(seen?.headers['x-api-key'] ?? '')}`
      expect(auth).toContain('key-canary-1234')
      expect(JSON.stringify(seen?.body)).toContain('"object"')
      if (entry.kind === 'anthropic') {
        expect(seen?.body).not.toHaveProperty('temperature')
        expect(JSON.stringify(seen?.body)).toContain('cache_control')
      } else expect(JSON.stringify(seen?.body)).toContain('0.7')
      if (entry.kind === 'ollama') expect(seen?.body).toMatchObject({ options: { num_ctx: 4096 } })
    })
  })
}

/** Counts every connection this process opens, whoever opens it. */
function clientSockets(): { readonly count: () => number; readonly stop: () => void } {
  let opened = 0
  const onSocket = () => void opened++
  subscribe('net.client.socket', onSocket)
  return { count: () => opened, stop: () => void unsubscribe('net.client.socket', onSocket) }
}
