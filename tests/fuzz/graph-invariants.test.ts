import { expect, test } from 'vitest'
import { pick, randomInt, seededRandom } from '#lib/kernel/random.ts'
import { copyState, decideAndFold, emptyStream, storyCommand } from '#lib/stream/stream.ts'
import type { PastEvent, StreamState } from '#lib/stream/stream.ts'
import { violations } from '../support/invariants.ts'

// C2: whatever people send in whatever order, and whichever of it is taken back, no record names what is not there. Many of
// the commands are wrong on purpose: they are refused with a kind and change nothing.

const COMMANDS = Number(process.env['LOOM_FUZZ_COMMANDS'] ?? 1_000_000)
/** A story is thrown away after so many, so that it stays small enough for ids to meet. */
const PER_STORY = 400
const PEOPLE = ['us_a', 'us_b', 'us_c']

const NAMES = Array.from({ length: 12 }, (_, i) => String(i))

type Random = () => number

/** A command whose ids may or may not exist. */
function anyCommand(random: Random): object {
  const id = (kind: string) => `${kind}_${pick(random, NAMES)}`
  const maybe = <T>(value: T) => (random() < 0.3 ? null : value)
  const condition = () => maybe({ op: 'compare', variableId: id('va'), by: 'eq', value: true })
  const kinds: readonly (() => object)[] = [
    () => ({
      type: 'CreateScene',
      sceneId: id('sc'),
      branchId: id('br'),
      x: 0,
      y: 0,
      fields: sceneFields(),
      link: maybe({ edgeId: id('ed'), from: id('sc'), type: 'next' }) ?? undefined,
    }),
    () => ({ type: 'UpdateScene', sceneId: id('sc'), fields: sceneFields() }),
    () => ({ type: 'DeleteScenes', sceneIds: [id('sc'), id('sc')].slice(randomInt(random, 0, 1)) }),
    () => ({ type: 'LinkScenes', edgeId: id('ed'), from: id('sc'), to: id('sc'), fields: edgeFields() }),
    () => ({ type: 'UpdateEdge', edgeId: id('ed'), fields: edgeFields() }),
    () => ({ type: 'ReconnectEdge', edgeId: id('ed'), from: id('sc'), to: id('sc') }),
    () => ({ type: 'UnlinkScenes', edgeId: id('ed') }),
    () => ({ type: 'CreateBranch', branchId: id('br'), name: 'b', parentId: id('br'), forkSceneId: maybe(id('sc')) }),
    () => ({ type: 'ArchiveBranch', branchId: id('br') }),
    () => ({ type: 'RestoreBranch', branchId: id('br') }),
    () => ({
      type: 'UpdateStory',
      fields: random() < 0.5 ? { startSceneId: maybe(id('sc')) } : { canonBranchId: id('br') },
    }),
    () => ({
      type: 'DefineVariable',
      variableId: id('va'),
      name: `v${pick(random, NAMES)}`,
      kind: 'bool',
      default: false,
    }),
    () => ({ type: 'DeleteVariable', variableId: id('va') }),
    () => ({ type: 'SetComicLayout', sceneId: id('sc'), fields: { direction: pick(random, ['ltr', 'rtl']) } }),
    () => ({ type: 'MoveScenes', moves: [{ sceneId: id('sc'), x: randomInt(random, 0, 9), y: 0 }] }),
  ]
  const sceneFields = () => ({
    type: random() < 0.3 ? 'group' : 'scene',
    groupId: maybe(id('sc')),
    title: `t${pick(random, NAMES)}`,
  })
  const edgeFields = () => ({
    type: pick(random, ['next', 'choice', 'converges', 'references']),
    condition: condition(),
    effects: random() < 0.3 ? [{ op: 'toggle', variableId: id('va') }] : [],
  })
  return pick(random, kinds)()
}

/** One story: random commands of three people, and a random earlier command of theirs taken back every fourth time. */
function tell(seed: number): { committed: number; refused: number; broken: string[] } {
  const random = seededRandom(seed)
  let state: StreamState = emptyStream()
  const past: { by: string; events: readonly PastEvent[] }[] = []
  const log: string[] = []
  let [committed, refused] = [0, 0]
  const create = { type: 'CreateStory', storyId: 'st_1', title: 'x', canonBranchId: 'br_0' }
  for (let step = 0; step < PER_STORY; step++) {
    const by = pick(random, PEOPLE)
    const mine = past.filter((entry) => entry.by === by)
    const back = step > 0 && mine.length > 0 && random() < 0.25 ? pick(random, mine) : null
    const command = step === 0 ? create : back ? { type: 'Undo' } : anyCommand(random)
    const parsed = storyCommand.parse(command)
    const next = copyState(state)
    const decided = decideAndFold(next, parsed, { actorId: by, at: step }, back?.events)
    log.push(`${by} ${JSON.stringify(back ? back.events.map(({ event }) => event) : command)}`)
    if (!decided.ok) {
      refused++
      expect(typeof decided.error.kind).toBe('string')
      continue
    }
    committed++
    state = next
    if (decided.value.events.length > 0) past.push({ by, events: decided.value.events })
    const broken = violations(state)
    if (broken.length > 0) return { committed, refused, broken: [...broken, `seed ${seed}`, ...log.slice(-60)] }
  }
  return { committed, refused, broken: [] }
}

test(
  `[C2] ${COMMANDS.toLocaleString('en')} random commands of three people, with undo, keep every reference whole`,
  { timeout: 600_000 },
  () => {
    let [committed, refused] = [0, 0]
    for (let seed = 1; seed * PER_STORY <= COMMANDS; seed++) {
      const told = tell(seed)
      expect(told.broken).toEqual([])
      committed += told.committed
      refused += told.refused
    }
    // Both kinds were met in numbers, or the run proves nothing.
    expect(committed).toBeGreaterThan(COMMANDS / 5)
    expect(refused).toBeGreaterThan(COMMANDS / 5)
  },
)
