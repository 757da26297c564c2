import { describe, expect, it } from 'vitest'
import { jobId, storyId, userId } from '#lib/kernel/ids.ts'
import { type Choice, type Claimant, choose, urgency, whyNot } from './choose.ts'
import type { JobClass, Needs } from './job.ts'

const none: Needs = { backend: null, model: null, loras: [], pixels: 0, shape: '' }
const anyone: Claimant = {
  workerId: 'w1',
  kinds: ['render_panel'],
  stories: null,
  backends: ['procedural'],
  models: ['base'],
  loras: ['mara'],
  maxPixels: 1000,
  warm: { model: 'base', loras: ['mara'], shapes: ['a'] },
}

function candidate(
  id: string,
  changes: { class?: JobClass; user?: string; turn?: number; at?: number; needs?: Partial<Needs> } = {},
) {
  return {
    id: jobId.parse(id),
    kind: 'render_panel',
    class: changes.class ?? 'interactive',
    userId: userId.parse(changes.user ?? 'us_a'),
    storyId: storyId.parse('st_1'),
    needs: { ...none, ...changes.needs },
    turn: changes.turn ?? 0,
    createdAt: changes.at ?? 0,
    notOn: [],
  }
}

function order(candidates: Choice['candidates'], changes: Partial<Choice> = {}): readonly string[] {
  return choose({ candidates, claimant: anyone, now: 0, running: new Map(), ...changes })
}

describe('choosing', () => {
  it('[JO9] puts urgent classes first', () => {
    expect(order([candidate('t', { class: 'training' }), candidate('i'), candidate('b', { class: 'batch' })])).toEqual([
      'i',
      'b',
      't',
    ])
  })

  it('[JO9] lifts a job by one class every ten minutes, never above the first', () => {
    expect(urgency('training', 0)).toBe(2)
    expect(urgency('training', 600_000)).toBe(1)
    expect(urgency('training', 6_000_000)).toBe(0)
    expect(urgency('batch', -5)).toBe(1)
  })

  it('[JO10] serves first whom nobody serves now', () => {
    const candidates = [candidate('a', { user: 'us_a' }), candidate('b', { user: 'us_b', at: 5 })]
    expect(order(candidates, { running: new Map([['us_a', 1]]) })).toEqual(['b', 'a'])
  })

  it('[JO10] deals turns between people', () => {
    const candidates = [
      candidate('a0', { turn: 0 }),
      candidate('a1', { turn: 1 }),
      candidate('b0', { user: 'us_b', turn: 0, at: 9 }),
    ]
    expect(order(candidates)).toEqual(['a0', 'b0', 'a1'])
  })

  it('[JO10] prefers what is loaded among one person and never across people', () => {
    const cold = candidate('cold', { turn: 0 })
    const warm = candidate('warm', { turn: 1, needs: { model: 'base', loras: ['mara'], shape: 'a' } })
    expect(order([cold, warm])).toEqual(['warm', 'cold'])
    expect(order([cold, { ...warm, userId: userId.parse('us_b') }])).toEqual(['cold', 'warm'])
  })

  it('[JO10] settles ties by age, then id', () => {
    expect(order([candidate('c', { at: 1 }), candidate('b'), candidate('a')])).toEqual(['a', 'b', 'c'])
  })

  it('[JO26] a claimant bound to stories takes jobs of these and of no other', () => {
    const jobs = [candidate('mine'), { ...candidate('theirs'), storyId: storyId.parse('st_2') }]
    expect(order(jobs, { claimant: { ...anyone, stories: ['st_2'] } })).toEqual(['theirs'])
    expect(order(jobs, { claimant: { ...anyone, stories: [] } })).toEqual([])
    expect(order(jobs)).toEqual(['mine', 'theirs'])
  })

  it('[JO14] names the first thing that is missing', () => {
    const job = (needs: Partial<Needs>, notOn: readonly string[] = []) => ({
      ...candidate('x', { needs }),
      notOn: [...notOn],
    })
    expect(whyNot({ ...job({}), kind: 'bench' }, anyone)).toBe('kind')
    expect(whyNot(job({ backend: 'diffusers' }), { ...anyone, stories: ['st_2'] })).toBe('story')
    expect(whyNot(job({ backend: 'diffusers' }), anyone)).toBe('backend')
    expect(whyNot(job({ model: 'other' }), anyone)).toBe('model')
    expect(whyNot(job({ loras: ['bo'] }), anyone)).toBe('lora')
    expect(whyNot(job({ pixels: 1001 }), anyone)).toBe('pixels')
    expect(whyNot(job({}, ['w1']), anyone)).toBe('excluded')
    expect(whyNot(job({ backend: 'procedural', pixels: 1000 }), anyone)).toBeNull()
  })
})
