import { describe, expect, test } from 'vitest'
import type { Outbound } from '../outbound/outbound.ts'
import { createCircuit } from './circuit.ts'
import { guarded } from './guard.ts'
import type { GenerateRequest, GenerateResult, Provider, RawProvider } from './port.ts'

const OPEN_MS = 30_000

function opened() {
  let now = 0
  const circuit = createCircuit(() => now)
  for (let failures = 0; failures < 5; failures++) {
    circuit.called()
    circuit.failed()
  }
  return { circuit, pass: (ms: number) => void (now += ms) }
}

describe('circuit', () => {
  test('[WR6] five failures open it for 30 s; then one probe goes and the others wait for it', () => {
    const { circuit, pass } = opened()
    expect(circuit.waitMs()).toBe(OPEN_MS)
    pass(OPEN_MS)
    expect(circuit.waitMs()).toBe(0)
    expect(circuit.called()).toBe(true)
    expect(circuit.waitMs()).toBeGreaterThan(0)
    circuit.succeeded()
    expect(circuit.waitMs()).toBe(0)
    expect(circuit.called()).toBe(false)
  })

  test('[WR6] asking whether a call may go does not take the probe', () => {
    const { circuit, pass } = opened()
    pass(OPEN_MS)
    expect([circuit.waitMs(), circuit.waitMs()]).toEqual([0, 0])
  })

  test('[WR6] a failed probe opens it again', () => {
    const { circuit, pass } = opened()
    pass(OPEN_MS)
    circuit.called()
    circuit.failed()
    expect(circuit.waitMs()).toBe(OPEN_MS)
  })
})

describe('circuit in the guard', () => {
  const request: GenerateRequest = { model: 'm', system: '', messages: [], maxTokens: 10 }

  function call(provider: Provider, control = new AbortController()): Promise<GenerateResult> {
    return provider.generate(request, { signal: control.signal, onEvent: () => undefined })
  }

  test('[WR6] a probe that a person stops leaves the probe to the next call', async () => {
    let now = 0
    let answer: 'fails' | 'hangs' | 'works' = 'fails'
    const raw: RawProvider = {
      kind: 'scripted',
      streamType: null,
      models: () => Promise.resolve([]),
      capabilities: () => {
        throw new Error('not asked')
      },
      explain: () => ({ kind: 'overloaded', message: 'scripted' }),
      async *stream() {
        if (answer === 'fails') throw new Error('scripted')
        if (answer === 'hangs') await new Promise(() => undefined)
        yield { type: 'delta', text: 'Rain.' }
        yield { type: 'terminal', reason: 'stop', native: 'stop' }
      },
    }
    // A provider that calls nobody never touches the way out.
    const outbound = {} as Outbound
    const provider = guarded(raw, { outbound, clock: () => now, random: () => 0, limits: { tries: 1 } })
    for (let failures = 0; failures < 5; failures++) expect((await call(provider)).error?.message).toBe('scripted')
    expect((await call(provider)).error?.message).toContain('five times')
    now += OPEN_MS
    answer = 'hangs'
    const control = new AbortController()
    const probe = call(provider, control)
    expect((await call(provider)).error?.message).toContain('five times')
    control.abort()
    expect((await probe).reason).toBe('aborted')
    answer = 'works'
    expect(await call(provider)).toMatchObject({ reason: 'stop', text: 'Rain.' })
  })
})
