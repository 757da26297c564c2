import { describe, expect, it } from 'vitest'
import { seededRandom } from '../kernel/random.ts'
import { LONGEST_PLAY, moveByLot, play, playStory, replay, startPlay, stepBack } from './play.ts'
import type { PlayEdge, PlayState, PlayStory, PlayVariable } from './play.ts'

let count = 0
const edge = (from: string, to: string, fields: Partial<PlayEdge> = {}): PlayEdge => ({
  id: `e${(count += 1)}`,
  from,
  to,
  type: 'choice',
  order: count,
  choiceText: `to ${to}`,
  condition: null,
  effects: [],
  once: false,
  returns: false,
  ...fields,
})
const coins: PlayVariable = { id: 'coins', name: 'coins', kind: 'int', scope: 'story', default: 1, options: [] }
const mood: PlayVariable = {
  id: 'mood',
  name: 'mood',
  kind: 'enum',
  scope: 'story',
  default: 'calm',
  options: ['calm', 'wild'],
}
const bag: PlayVariable = { id: 'bag', name: 'bag', kind: 'list', scope: 'story', default: [], options: [] }

function story(edges: PlayEdge[], variables: PlayVariable[] = [], endings: string[] = []): PlayStory {
  const ids = [...new Set(edges.flatMap((e) => [e.from, e.to]))]
  const scenes = ids.map((id) => ({ id, title: id.toUpperCase(), type: endings.includes(id) ? 'ending' : 'scene' }))
  return playStory({ startSceneId: ids[0] ?? null, scenes, edges, variables })
}
function begin(of: PlayStory, at = 'a'): PlayState {
  const state = startPlay(of, at)
  if (!state) throw new Error('no such scene')
  return state
}
const take = (of: PlayStory, state: PlayState, text: string) => {
  const option = state.options.find((o) => o.text === text)
  if (!option?.edgeId) throw new Error(`no option ${text}`)
  return play(of, state, { kind: 'take', edgeId: option.edgeId })
}

describe('play', () => {
  it('[PL1] begins at any scene, and nowhere at an unknown one', () => {
    const s = story([edge('a', 'b')])
    expect(begin(s, 'b').sceneId).toBe('b')
    expect(startPlay(s, 'zz')).toBeNull()
  })
  it('[PL2] the same record gives the same state; a move that no longer fits ends the replay and is counted', () => {
    const first = edge('a', 'b')
    const second = edge('b', 'c')
    const s = story([first, second])
    const state = take(s, take(s, begin(s), 'to b'), 'to c')
    expect(replay(s, state.record)).toEqual(state)
    const cut = story([first, edge('c', 'b')])
    expect(replay(cut, state.record)).toMatchObject({ sceneId: 'b', lost: 1 })
  })
  it('[PL3] a locked or unknown move changes nothing', () => {
    const s = story(
      [edge('a', 'b', { condition: { op: 'compare', variableId: 'coins', by: 'ge', value: 5 } })],
      [coins],
    )
    const state = begin(s)
    expect(play(s, state, { kind: 'take', edgeId: state.options[0]?.edgeId ?? '' }).sceneId).toBe('a')
    expect(play(s, state, { kind: 'take', edgeId: 'nope' }).sceneId).toBe('a')
  })
  it('[PL4] a step back undoes the move with its effects, visits and page', () => {
    const s = story([edge('a', 'b', { effects: [{ op: 'add', variableId: 'coins' as never, amount: 4 }] })], [coins])
    const there = take(s, begin(s), 'to b')
    expect(there.values.get('coins')).toBe(5)
    expect(there.changes).toEqual([{ variableId: 'coins', before: 1, after: 5 }])
    const back = stepBack(s, there)
    expect(back).toEqual(begin(s))
  })
  it('[PL5] moves by lot repeat with the seed', () => {
    const s = story([edge('a', 'b'), edge('a', 'c'), edge('b', 'a'), edge('c', 'a')])
    const walk = (seed: number) => {
      const random = seededRandom(seed)
      let state = begin(s)
      for (let i = 0; i < 30; i++) {
        const move = moveByLot(state, random)
        if (move) state = play(s, state, move)
      }
      return state.pages.map((p) => p.sceneId).join('')
    }
    expect(walk(7)).toBe(walk(7))
    expect(new Set([1, 2, 3, 4].map(walk)).size).toBeGreaterThan(1)
  })
  it('[PL6] a once-only choice closes after it was taken', () => {
    const s = story([edge('a', 'b', { once: true }), edge('b', 'a')])
    const again = take(s, take(s, begin(s), 'to b'), 'to a')
    expect(again.options[0]).toMatchObject({ available: false, unmet: [{ op: 'once' }] })
    expect(again.end).toBe('locked')
  })
  it('[PL7] a locked choice says what was wanted and what is', () => {
    const condition = {
      op: 'and' as const,
      items: [
        { op: 'compare' as const, variableId: 'coins', by: 'ge' as const, value: 3 },
        { op: 'has' as const, variableId: 'bag', value: 'key' },
        { op: 'visited' as const, sceneId: 'b', atLeast: 2 },
      ],
    }
    const s = story([edge('a', 'b', { condition })], [coins, bag])
    expect(begin(s).options[0]?.unmet).toEqual([
      { op: 'compare', name: 'coins', by: 'ge', wanted: 3, has: 1 },
      { op: 'has', name: 'bag', wanted: 'key' },
      { op: 'visited', title: 'B', atLeast: 2, times: 0 },
    ])
  })
  it('[PL8] values keep to their kind: whole numbers are cut, enums keep to their list', () => {
    const effects = [
      { op: 'add', variableId: 'coins', amount: 1.7 },
      { op: 'set', variableId: 'mood', value: 'angry' },
      { op: 'set', variableId: 'gone', value: 1 },
    ] as never
    const s = story([edge('a', 'b', { effects })], [coins, mood])
    const there = take(s, begin(s), 'to b')
    expect([...there.values]).toEqual([
      ['coins', 2],
      ['mood', 'calm'],
    ])
  })
  it('[PL9] visits count the scene one stands in; a visit variable begins anew in each scene', () => {
    const once: PlayVariable = { ...coins, id: 'seen', scope: 'visit' }
    const s = story(
      [edge('a', 'b', { effects: [{ op: 'add', variableId: 'seen' as never, amount: 1 }] }), edge('b', 'a')],
      [once],
    )
    const back = take(s, take(s, begin(s), 'to b'), 'to a')
    expect(back.visits.get('a')).toBe(2)
    expect(back.values.get('seen')).toBe(1)
  })
  it('[PL10] an ending, a dead end and locked ways are told apart', () => {
    const s = story([edge('a', 'b'), edge('a', 'c')], [], ['b'])
    expect(take(s, begin(s), 'to b').end).toBe('ending')
    expect(take(s, begin(s), 'to c').end).toBe('dead-end')
    expect(begin(s).end).toBeNull()
  })
  it('[PL11] next and converges offer to go on; meaning edges are not followed; empty words show the target', () => {
    const s = story([
      edge('a', 'b', { type: 'next', choiceText: '' }),
      edge('a', 'c', { type: 'cause' }),
      edge('a', 'd', { type: 'converges' }),
    ])
    expect(begin(s).options.map((o) => [o.kind, o.text])).toEqual([
      ['continue', 'B'],
      ['continue', 'to d'],
    ])
  })
  it('[PL12] a sub-flow returns to where it was entered once nothing else is open', () => {
    const s = story([edge('a', 'b', { returns: true }), edge('b', 'c')])
    const deep = take(s, take(s, begin(s), 'to b'), 'to c')
    expect(deep.options).toMatchObject([{ kind: 'return', to: 'a', edgeId: null }])
    const out = play(s, deep, { kind: 'return' })
    expect([out.sceneId, out.stack.length]).toEqual(['a', 0])
  })
  it('[PL13] a value set by hand is part of the record, and one of the wrong kind is refused', () => {
    const s = story([edge('a', 'b')], [coins])
    const rich = play(s, begin(s), { kind: 'set', variableId: 'coins', value: 9 })
    expect(rich.values.get('coins')).toBe(9)
    expect(stepBack(s, rich).values.get('coins')).toBe(1)
    expect(play(s, begin(s), { kind: 'set', variableId: 'coins', value: 'many' }).values.get('coins')).toBe(1)
  })
  it('[PL15] after 5,000 moves no more is taken, and none counts as lost', () => {
    const s = story([edge('a', 'b')], [coins])
    const moves = Array.from({ length: LONGEST_PLAY }, () => ({ kind: 'set', variableId: 'coins', value: 2 }) as const)
    const full = replay(s, { startSceneId: 'a', moves })
    if (!full) throw new Error('no such scene')
    expect([full.record.moves.length, full.lost]).toEqual([LONGEST_PLAY, 0])
    expect(take(s, full, 'to b')).toBe(full)
    const room = stepBack(s, full)
    expect(take(s, room, 'to b').sceneId).toBe('b')
  })
  it('[PL14] the pages are the transcript', () => {
    const s = story([edge('a', 'b'), edge('b', 'a')])
    expect(take(s, begin(s), 'to b').pages).toEqual([
      { sceneId: 'a', title: 'A', taken: 'to b' },
      { sceneId: 'b', title: 'B', taken: null },
    ])
  })
})
