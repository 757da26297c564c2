import { expect, it } from 'vitest'
import { decideAndFold, emptyStream, storyCommand } from '#lib/stream/stream.ts'
import { graphProblems } from './graph-problems.ts'

function storyOfCommands(commands: readonly unknown[]) {
  const state = emptyStream()
  const all = [{ type: 'CreateStory', storyId: 'st_1', title: 'T', canonBranchId: 'main' }, ...commands]
  for (const command of all) {
    const decided = decideAndFold(state, storyCommand.parse(command), { actorId: 'us_1', at: 1 })
    if (!decided.ok) throw new Error(JSON.stringify(decided.error))
  }
  return state
}

const scene = (sceneId: string, type = 'scene') => ({
  type: 'CreateScene',
  sceneId,
  branchId: 'main',
  x: 0,
  y: 0,
  fields: { type },
})
const link = (edgeId: string, from: string, to: string, fields: object = {}) => ({
  type: 'LinkScenes',
  edgeId,
  from,
  to,
  fields,
})
const said = (commands: readonly unknown[]) =>
  graphProblems(storyOfCommands(commands)).map((problem) =>
    'scene' in problem ? `${problem.kind} ${problem.scene.id}` : problem.kind,
  )

it('[ST80] an empty story has no problems', () => {
  expect(said([])).toEqual([])
})

it('[ST81] a story without a start says so, once, and nothing is called unreachable', () => {
  expect(said([scene('a', 'ending'), { type: 'UpdateStory', fields: { startSceneId: null } }])).toEqual(['no-start'])
})

it('[ST82] scenes no structure edge reaches are named', () => {
  expect(said([scene('a', 'ending'), scene('b', 'ending'), link('e', 'a', 'b', { type: 'references' })])).toEqual([
    'unreachable b',
  ])
})

it('[ST83] a scene without a way on is a dead end unless it is an ending, a note or inside a return', () => {
  const commands = [scene('a'), scene('b'), scene('c', 'ending'), scene('n', 'note'), scene('r')]
  const links = [
    link('1', 'a', 'b'),
    link('2', 'a', 'c', { type: 'choice', choiceText: 'Go' }),
    link('3', 'a', 'r', { returns: true }),
  ]
  expect(said([...commands, ...links])).toEqual(['dead-end b'])
})

it('[ST84] a choice without words beside others is named', () => {
  const commands = [scene('a'), scene('b', 'ending'), scene('c', 'ending')]
  const links = [link('1', 'a', 'b', { type: 'choice' }), link('2', 'a', 'c', { type: 'choice', choiceText: 'Go' })]
  expect(said([...commands, ...links])).toEqual(['silent-choice a'])
})
