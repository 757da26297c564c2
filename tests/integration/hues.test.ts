import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { MESSAGE_AWARENESS } from '#lib/prose/wire.ts'
import { caretBytes, rawClient, type RawClient, until } from '#tests/support/prose-client.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

// One person, one colour: the story's room and the texts in it show a session in the same hue (collab.md 6).
let server: TestServer
let storyId: string
const sockets: Socket[] = []
const texts: RawClient[] = []
const SCENE = 'sc_hues'

beforeAll(async () => {
  server = await startServer({
    doors: ({ realtime, prose }) => [
      { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
      { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
    ],
  })
  const made = await (await server.owner()).call('POST', '/api/stories', { title: 'Hues' })
  storyId = String(made.json['storyId'])
  const { stories, events } = server.services
  const branchId = [...(events.state(storyId)?.branches.keys() ?? [])][0] ?? ''
  const scene = { type: 'CreateScene', sceneId: SCENE, branchId, x: 0, y: 0 } as never
  await stories.act(storyId, scene, { id: 'system', kind: 'system' })
})
afterAll(async () => {
  for (const socket of sockets) socket.disconnect()
  for (const text of texts) text.stop()
  await server.close()
})

async function enter(browser: Browser): Promise<number> {
  const socket = io(server.origin, {
    ...{ transports: ['websocket'], reconnection: false, forceNew: true },
    extraHeaders: { cookie: browser.cookieHeader(), origin: server.origin },
  })
  sockets.push(socket)
  const answer = (await socket.emitWithAck('join', { storyId })) as { self: { colour: number } }
  return answer.self.colour
}

/** Opens the scene's text; answers the hue its caret is drawn in. */
async function openText(browser: Browser): Promise<() => number | undefined> {
  const asked = await browser.call('POST', `/api/stories/${storyId}/scenes/${SCENE}/prose/ticket`)
  const { origin, port } = server
  const text = rawClient({ port, sceneId: SCENE, ticket: String(asked.json['ticket']), origin })
  texts.push(text)
  await text.synced
  const { clientID } = text.ydoc
  text.send(MESSAGE_AWARENESS, caretBytes(clientID, 1, { cursor: null }))
  return () => (text.carets.get(clientID) as { user: { hue: number } } | undefined)?.user.hue
}

it('[PR65] a session has one hue in a story, whatever it opened first', async () => {
  const [first, second] = [await server.owner(), await server.owner()]
  const firstRoom = await enter(first)
  // The second session is in the room after the first and in the text before it.
  const secondRoom = await enter(second)
  const secondText = await openText(second)
  const firstText = await openText(first)
  await until(() => firstText() !== undefined && secondText() !== undefined, 'carets')
  expect(secondRoom).not.toBe(firstRoom)
  expect([firstText(), secondText()]).toEqual([firstRoom, secondRoom])
})
