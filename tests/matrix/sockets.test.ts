import { Socket as ServerSocket } from 'socket.io'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { COMMAND_PERMISSIONS } from '#lib/stream/command-permissions.ts'
import { SYSTEM_COMMANDS } from '#lib/stream/stream.ts'
import { type MessageName, messages } from '#lib/server/realtime/messages.ts'
import { until } from '#tests/support/prose-client.ts'
import { expectedOnSocket, LIVE, MESSAGE_ROWS, PRINCIPALS, type PrincipalName } from './expected.ts'
import { countFigures } from './figures.ts'
import { flipCell, FLIPPED, type Lines, openLines, SCENE } from './lines.ts'
import { buildWorld, type World } from './world.ts'

// Every message of /socket.io by everybody (D1, D2), and the suite against a policy with slips (A8).

const NAMES = Object.keys(messages) as MessageName[]
let world: World
let lines: Lines
let seq = 0
beforeAll(async () => {
  world = await buildWorld()
  lines = await openLines(world)
})
afterAll(() => world.close())
afterEach(() => {
  world.flip(null)
  lines.closeAll()
})

const rename = (title: string, clientId: string, at = 1) => ({
  ...{ clientId, seq: at, commandId: `co_${++seq}`, storyId: world.storyId },
  command: { type: 'UpdateScene', sceneId: SCENE, fields: { title } },
})

const title = () => world.server.services.events.state(world.storyId)?.scenes.get(SCENE as never)?.title

/** What each message of somebody does, y or n. `onceIn` runs between joining and the rest. */
async function cells(who: PrincipalName, onceIn: () => void = () => undefined): Promise<Record<MessageName, string>> {
  const seen = { join: 'n', leave: 'n', command: 'n', presence: 'n' }
  const { storyId } = world
  const watcher = await lines.join(lines.watcher(who))
  const places: string[] = []
  const left: string[] = []
  watcher.on('presence', ({ people }: { people: { connectionId: string; place?: string }[] }) =>
    places.push(...people.map((person) => `${person.connectionId} ${person.place ?? ''}`)),
  )
  watcher.on('left', ({ connectionId }: { connectionId: string }) => left.push(connectionId))
  const socket = await lines.connect(who)
  if (!socket) return seen
  const id = socket.id ?? ''
  /** Everything both have sent is read, and what it caused has arrived. */
  const settled = async () => {
    await socket.emitWithAck('command', {})
    const place = `room ${++seq}`
    watcher.emit('presence', { storyId, patch: { place: 'room', sceneId: place } })
    const own = `${watcher.id ?? ''} room`
    const before = places.filter((one) => one === own).length
    await until(() => places.filter((one) => one === own).length > before, 'a frame')
    await watcher.emitWithAck('command', {})
  }

  const joined = (await socket.emitWithAck('join', { storyId })) as { status: string }
  if (joined.status === 'joined') seen.join = 'y'
  onceIn()
  const wanted = `by ${who} ${++seq}`
  const outcome = (await socket.emitWithAck('command', rename(wanted, `cl_cells${seq}`))) as { status: string }
  if (outcome.status === 'committed') seen.command = 'y'
  if ((title() === wanted) !== (outcome.status === 'committed')) seen.command = `${outcome.status}, but ${title()}`
  socket.emit('presence', { storyId, patch: { place: 'play' } })
  await settled()
  if (places.includes(`${id} play`)) seen.presence = 'y'
  socket.emit('leave', { storyId })
  socket.emit('presence', { storyId, patch: { place: 'read' } })
  await settled()
  const gone = left.includes(id)
  if (gone) seen.leave = places.includes(`${id} read`) ? 'left, but heard' : 'y'
  return seen
}

const expected = (who: PrincipalName) =>
  Object.fromEntries(NAMES.map((name) => [name, expectedOnSocket(MESSAGE_ROWS[name], who)]))

test('[A1] every message has a row, and asks for what its row says', () => {
  expect(Object.fromEntries(NAMES.map((name) => [name, messages[name].permission]))).toEqual(MESSAGE_ROWS)
})

test('[A1] a connection listens to the messages of the table and to nothing else', async () => {
  const listen = vi.spyOn(ServerSocket.prototype, 'on')
  await lines.join('editor')
  expect(new Set(listen.mock.calls.map(([name]) => name))).toEqual(
    // The last one is the library's own.
    new Set([...NAMES, 'disconnect', 'error']),
  )
  listen.mockRestore()
})

test('[A1] commands nobody may send are those only the program sends, and the making of a story', () => {
  const nobody = Object.entries(COMMAND_PERMISSIONS).flatMap(([type, right]) => (right === 'nobody' ? [type] : []))
  expect(nobody.sort()).toEqual([...SYSTEM_COMMANDS, 'CreateStory'].sort())
})

describe('[D2] /socket.io, every message by everybody', () => {
  for (const who of PRINCIPALS) {
    test(`[D2] ${who}`, async () => {
      expect([who, (await lines.connect(who)) !== null]).toEqual([who, LIVE.includes(who)])
      expect(await cells(who)).toEqual(expected(who))
    })
  }

  test('[D2] nobody speaks for another: name, colour and place of another connection are the server’s', async () => {
    const editor = await lines.join('editor')
    const watcher = await lines.join('admin')
    const heard: { userId: string; name: string }[] = []
    watcher.on('presence', ({ people }: { people: { userId: string; name: string }[] }) => heard.push(...people))
    editor.emit('presence', {
      storyId: world.storyId,
      patch: { place: 'room', userId: world.userId('host'), name: 'x' },
    })
    editor.emit('presence', { storyId: world.storyId, patch: { place: 'room' } })
    await until(() => heard.some((person) => person.userId === world.userId('editor')), 'own presence')
    expect(heard.filter((person) => person.name === 'x' || person.userId === world.userId('host'))).toEqual([])
  })

  test('[A4] a command that names another story than one’s own is refused', async () => {
    const other = await world.server.services.stories.create('Foreign', { id: world.userId('host'), kind: 'human' })
    const editor = await lines.join('editor')
    const outcome = (await editor.emitWithAck('command', { ...rename('x', 'cl_other'), storyId: other })) as {
      status: string
      refusal: { kind: string }
    }
    expect([outcome.status, outcome.refusal.kind]).toEqual(['refused', 'forbidden'])
  })

  test('[D2] an editor puts no story in the trash by the command door, alone or in a batch', async () => {
    const editor = await lines.join('editor')
    const trash = { type: 'TrashStory' }
    for (const command of [trash, { type: 'Batch', label: '', commands: [trash] }]) {
      const envelope = { ...rename('x', `cl_trash${seq}`), command }
      expect(await editor.emitWithAck('command', envelope)).toMatchObject({ refusal: { kind: 'forbidden' } })
    }
    expect(world.server.services.events.state(world.storyId)?.stories?.size ?? 1).toBeGreaterThan(0)
    const shelf = world.server.services.stories.shelf(false, () => true)
    expect(shelf.some((story) => story.id === world.storyId)).toBe(true)
  })
})

describe('[A8] the matrix is tested: one flipped cell, and it is red', () => {
  for (const cell of FLIPPED) {
    test(`[A8] ${cell.right} of ${cell.who}`, async () => {
      flipCell(world, cell)
      expect(await cells(cell.who)).not.toEqual(expected(cell.who))
    })
  }

  test('[A8] somebody in the room who may no longer read tells it nothing', async () => {
    const seen = await cells('editor', () => flipCell(world, { who: 'editor', right: 'story.read' }))
    expect(seen).toEqual({ join: 'y', command: 'y', presence: 'n', leave: 'n' })
  })
})

test('figures for the security table', () => {
  countFigures('sockets', {
    messages: NAMES.length,
    cells: NAMES.length * PRINCIPALS.length,
    flippedCells: FLIPPED.length,
    commands: Object.keys(COMMAND_PERMISSIONS).length,
  })
})
