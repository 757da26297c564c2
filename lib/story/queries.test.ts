import { describe, expect, it } from 'vitest'
import { decideAndFold, emptyStream, storyCommand } from '#lib/stream/stream.ts'
import type { StreamState } from '#lib/stream/stream.ts'
import { syntheticState } from '#tests/fixtures/synthetic-story.ts'
import {
  branchFigures,
  downstream,
  indexGraph,
  inEdges,
  nearestInDirection,
  outEdges,
  playableScenes,
  scenesOfBranch,
  upstream,
  visibleSceneIds,
} from './queries.ts'
import type { Branch } from './state.ts'

/** A small story: `links` are "from>to" or "from>to:type"; a scene "x@b" is made on branch b. */
function story(
  scenes: readonly string[],
  links: readonly string[],
  branches: readonly { id: string; parent: string; fork: string | null }[] = [],
): StreamState {
  const state = emptyStream()
  const send = (command: unknown) => {
    const decided = decideAndFold(state, storyCommand.parse(command), { actorId: 'us_1', at: 1 })
    if (!decided.ok) throw new Error(JSON.stringify(decided.error))
  }
  send({ type: 'CreateStory', storyId: 'st_1', title: 'T', canonBranchId: 'main' })
  const make = (entry: string, at: number) => {
    const [sceneId, rest = 'main'] = entry.split('@')
    const [branchId, type = 'scene'] = rest.split('/')
    send({
      type: 'CreateScene',
      sceneId,
      branchId: branchId || 'main',
      x: at * 300,
      y: 0,
      fields: { title: sceneId, type },
    })
  }
  const own = (entry: string) => !entry.includes('@') || entry.includes('@main') || entry.includes('@/')
  scenes.forEach((entry, at) => own(entry) && make(entry, at))
  const link = (entry: string, at: number) => {
    const [ends = '', type = 'next'] = entry.split(':')
    const [from, to] = ends.split('>')
    send({ type: 'LinkScenes', edgeId: `e${at}`, from, to, fields: { type } })
  }
  for (const { id, parent, fork } of branches) {
    send({ type: 'CreateBranch', branchId: id, name: id, parentId: parent, forkSceneId: fork })
    scenes.forEach((entry, at) => entry.includes(`@${id}`) && make(entry, at))
  }
  links.forEach(link)
  return state
}

const titles = (scenes: readonly { title: string }[]) => scenes.map((scene) => scene.title).join(' ')

describe('index', () => {
  it('[ST70] lists edges at both ends in the order of the choices', () => {
    const index = indexGraph(story(['a', 'b', 'c'], ['a>b:choice', 'a>c:choice']))
    expect(outEdges(index, 'a').map((edge) => edge.to)).toEqual(['b', 'c'])
    expect(inEdges(index, 'c').map((edge) => edge.from)).toEqual(['a'])
    expect(outEdges(index, 'nobody')).toEqual([])
  })

  it('[ST70] upstream and downstream follow structure edges only, also round a circle', () => {
    const index = indexGraph(story(['a', 'b', 'c', 'd'], ['a>b', 'b>c', 'c>b:choice', 'a>d:cause']))
    expect([...downstream(index, ['a'])].sort()).toEqual(['b', 'c'])
    expect([...upstream(index, ['c'])].sort()).toEqual(['a', 'b', 'c'])
    expect(downstream(index, ['d']).size).toBe(0)
  })
})

describe('branches', () => {
  const state = story(
    ['a', 'b', 'c', 'd', 'x@left', 'y@left', 'z@deep', 'g@main/group'],
    ['a>b', 'b>c', 'c>d', 'b>x:choice', 'x>y', 'y>d:converges', 'x>z:choice', 'x>a:choice'],
    [
      { id: 'left', parent: 'main', fork: 'b' },
      { id: 'deep', parent: 'left', fork: 'x' },
    ],
  )

  it('[ST72] a branch sees its own scenes, the shared past and what it links back into', () => {
    const ids = visibleSceneIds(state, 'left', indexGraph(state))
    expect([...ids].sort()).toEqual(['a', 'b', 'd', 'x', 'y'])
  })

  it('[ST72] a fork of a fork sees both pasts and not what its parent wrote later', () => {
    expect(titles(scenesOfBranch(state, 'deep'))).toBe('a b x z')
  })

  it('[ST72] a way back to an earlier scene makes no past of what follows the fork', () => {
    const round = story(
      ['a', 'b', 'c', 'x@left'],
      ['a>b', 'b>c', 'c>a:choice', 'b>x:choice'],
      [{ id: 'left', parent: 'main', fork: 'b' }],
    )
    expect(titles(scenesOfBranch(round, 'left'))).toBe('a b x')
  })

  it('[ST71] groups and notes are not read', () => {
    expect(titles(scenesOfBranch(state, 'main'))).toBe('a b c d')
  })

  it('[ST73] reading order puts every scene after all that lead to it and first choices first', () => {
    const diamond = story(['a', 'd', 'c', 'b'], ['a>b:choice', 'a>c:choice', 'b>d', 'c>d'])
    expect(titles(scenesOfBranch(diamond, 'main'))).toBe('a b c d')
  })

  it('[ST73] unreachable scenes come last, by place', () => {
    expect(titles(scenesOfBranch(story(['a', 'q', 'p', 'b'], ['a>b']), 'main'))).toBe('a b q p')
  })

  it('[ST76] figures count the scenes made on each branch', () => {
    expect(branchFigures(state).get('left')?.scenes).toBe(2)
    expect(branchFigures(state).get('main')?.scenes).toBe(4)
  })

  it('[ST73] 5,000 scenes are ordered, each once', () => {
    const large = syntheticState({ seed: 7, scenes: 5000 })
    const order = scenesOfBranch(large, 'br_000000')
    expect(new Set(order).size).toBe(order.length)
  })
})

describe('what play shows', () => {
  const shown = (state: StreamState, branchId: string | null) => titles(playableScenes(state, branchId))
  const state = story(
    ['a', 'b', 'n@/note', 'l@left', 'll@deep', 'r@right'],
    ['a>b', 'a>l:choice', 'l>ll', 'a>r:choice'],
    [
      { id: 'left', parent: 'main', fork: 'a' },
      { id: 'deep', parent: 'left', fork: null },
      { id: 'right', parent: 'main', fork: 'a' },
    ],
  )
  const put = (id: string, fields: Partial<Branch>) => {
    const branch = state.branches.get(id)
    if (branch) state.branches.set(id, { ...branch, ...fields })
  }

  it('[PL16] active timelines and the branch one stands on with what it grew from; no notes', () => {
    expect(shown(state, null)).toBe('a b l ll r')
    put('left', { status: 'archived' })
    put('right', { kind: 'take' })
    expect(shown(state, null)).toBe('a b ll')
    expect(shown(state, 'deep')).toBe('a b l ll')
    expect(shown(state, 'right')).toBe('a b ll r')
  })

  it('[PL16] without a branch one stands on the canon branch, whatever its kind', () => {
    put('main', { kind: 'take' })
    expect(shown(state, null)).toBe('a b ll')
  })
})

describe('nearest', () => {
  const box = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 50 })
  const boxes = [
    box('here', 0, 0),
    box('near', 200, 80),
    box('straight', 230, 0),
    box('close', 40, 0),
    box('up', 0, -200),
  ]
  const here = boxes[0] ?? box('here', 0, 0)

  it('[ST75] weighs the distance along once and the offset half, beyond 50 px', () => {
    expect(nearestInDirection(here, boxes, 'right')).toBe('straight')
    expect(nearestInDirection(here, boxes, 'up')).toBe('up')
    expect(nearestInDirection(here, boxes, 'left')).toBeNull()
  })
})
