import { describe, expect, it } from 'vitest'
import type { Branch, Scene } from '#lib/story/state.ts'
import { branchEntries } from './branch-tree.ts'
import { groupsAround } from './groups-around.ts'

// Only the fields the questions read; the rest of a record does not matter here.
const branch = (id: string, parentId: string | null, more: Partial<Branch> = {}) =>
  ({ id, parentId, status: 'active', kind: 'timeline', name: id, ...more }) as Branch
const scene = (id: string, groupId: string | null) => ({ id, groupId }) as Scene
const byId = <T extends { id: string }>(records: T[]) => new Map(records.map((record) => [record.id as string, record]))

describe('branch switcher', () => {
  it('[UI40] lists each branch after its parent, a step in', () => {
    const branches = byId([branch('main', null), branch('a', 'main'), branch('b', 'main'), branch('a1', 'a')])
    expect(branchEntries(branches, 'main').map(({ branch: b, depth }) => [b.id, depth])).toEqual([
      ['main', 0],
      ['a', 1],
      ['a1', 2],
      ['b', 1],
    ])
  })

  it('[UI41] leaves out archived and scratch branches, but never the one a person stands on', () => {
    const branches = byId([
      branch('main', null),
      branch('old', 'main', { status: 'archived' }),
      branch('try', 'main', { kind: 'scratch' }),
      branch('child', 'old'),
    ])
    const ids = (present: string) => branchEntries(branches, present).map(({ branch: b }) => b.id)
    expect(ids('main')).toEqual(['main', 'child'])
    expect(ids('old')).toEqual(['main', 'old', 'child'])
  })
})

describe('breadcrumb', () => {
  it('[UI42] names the groups around a scene, outermost first', () => {
    const scenes = byId([scene('book', null), scene('chapter', 'book'), scene('gate', 'chapter')])
    expect(groupsAround(scenes, 'gate').map((s) => s.id)).toEqual(['book', 'chapter', 'gate'])
    expect(groupsAround(scenes, 'gone')).toEqual([])
  })

  it('[UI42] ends even where groups form a circle', () => {
    const scenes = byId([scene('a', 'b'), scene('b', 'a')])
    expect(groupsAround(scenes, 'a').map((s) => s.id)).toEqual(['b', 'a'])
  })
})
