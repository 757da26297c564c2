import { describe, expect, test } from 'vitest'
import { parseBranches } from '#lib/writer/branches.ts'
import { allowListOf } from '../outbound/addresses.ts'
import { createOutbound } from '../outbound/outbound.ts'
import { guarded } from './guard.ts'
import { offline, OFFLINE_MODEL } from './offline.ts'
import type { Material } from './port.ts'

const material: Material = {
  verb: 'continue',
  sceneTitle: 'Lamp room',
  sceneText: 'The lamp was cold. Mara waited.',
  instruction: 'Let it rain.',
  beats: ['Mara lights the lamp'],
  cast: [
    { name: 'Mara', note: 'Keeps the light. Fears the sea.' },
    { name: 'Joren', note: 'Rows at night.' },
  ],
  earlier: [{ title: 'Shore', text: 'She found a key. Who had lost it? Nobody said.' }],
}

async function write(over: Partial<Material>): Promise<string> {
  const outbound = createOutbound({ allow: allowListOf([]) })
  const provider = guarded(offline(), { outbound, clock: () => 0, random: () => 0 })
  const { text, reason, model } = await provider.generate(
    { model: OFFLINE_MODEL, system: '', messages: [], maxTokens: 500, material: { ...material, ...over } },
    { signal: new AbortController().signal, onEvent: () => undefined },
  )
  expect([reason, model]).toEqual(['stop', 'outline-1'])
  return text
}

describe('offline outlines', () => {
  test('[WR22] every note is an order or a quotation of the story, and the text says it is an outline', async () => {
    const text = await write({})
    expect(text.split('\n')[0]).toBe('[Outline]')
    for (const part of [
      '“Mara waited.”',
      'Let it rain.',
      'Mara lights the lamp',
      'Keeps the light.',
      'Who had lost it?',
      'Joren',
    ])
      expect(text).toContain(part)
    expect(await write({})).toBe(text)
  })

  test('[WR22] notes of an earlier outline are not quoted as story', async () => {
    const noted = 'The sea rose.\n\n[Outline]\n- End on a change: what now?\n- Mara acts first.'
    const text = await write({ sceneText: noted, earlier: [{ title: 'Before', text: '[Outline]\n- Why?' }] })
    expect(text).toContain('“The sea rose.”')
    expect(text).not.toContain('what now?')
    expect(text).not.toContain('Why?')
  })

  test('[WR22] an empty scene gets the questions that open one', async () => {
    const text = await write({ sceneText: '', cast: [], earlier: [], beats: [], instruction: '' })
    expect(text).toContain('Open the scene “Lamp room”')
  })

  test('[WR21] three branches fit the schema and differ', async () => {
    const parsed = parseBranches(await write({ verb: 'branches' }))
    expect(parsed.ok).toBe(true)
    if (!parsed.ok) return
    expect(new Set(parsed.value.map((idea) => idea.title)).size).toBe(3)
    expect(parsed.value[1]?.hook).toContain('Joren has to choose')
    expect(parseBranches(await write({ verb: 'branches', cast: [], earlier: [], sceneText: '' })).ok).toBe(true)
  })
})
