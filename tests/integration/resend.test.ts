import { setTimeout as sleep } from 'node:timers/promises'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { clientId, commandId, storyId as storyIdSchema } from '#lib/kernel/ids.ts'
import { randomInt, seededRandom } from '#lib/kernel/random.ts'
import { scriptOf } from '#lib/panels/test-cast.ts'
import { verifyStories } from '#lib/server/events/verify.ts'
import { COMMAND_PERMISSIONS } from '#lib/stream/command-permissions.ts'
import { startServer, temporaryFolder, type TestServer } from './server.ts'

// Every kind of command, sent again and again: at once on two sockets, and after a restart.

const MAIN = 'br_main'
const folder = temporaryFolder()
let server: TestServer
let sockets: Socket[] = []
beforeAll(() => start())
afterAll(async () => {
  await stop()
  folder.remove()
})

async function start(): Promise<void> {
  server = await startServer({
    dataDir: folder.path,
    unlimited: true,
    doors: ({ realtime }) => [{ path: '/socket.io', handleUpgrade: realtime.handleUpgrade }],
  })
  const owner = await server.owner()
  sockets = [0, 1].map(() =>
    io(server.origin, {
      ...{ transports: ['websocket'], reconnection: false, forceNew: true },
      extraHeaders: { cookie: owner.cookieHeader(), origin: server.origin },
    }),
  )
  await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.once('connect', () => resolve(null)))))
}

async function stop(): Promise<void> {
  for (const socket of sockets) socket.disconnect()
  await server.close()
}

/** Over one of the sockets; what the rate of the door puts off is asked again. */
async function overSocket(index: number, envelope: CommandEnvelope): Promise<Outcome> {
  for (;;) {
    const outcome = (await sockets[index % sockets.length]?.emitWithAck('command', envelope)) as Outcome
    if (outcome.status !== 'unavailable') return outcome
    await sleep(outcome.retryAfterMs)
  }
}

const { sceneId: _scene, ...script } = scriptOf()
const scene = (sceneId: string, x = 0) => ({ type: 'CreateScene', sceneId, branchId: MAIN, x, y: 0 })
const version = {
  image: { sha256: 'a'.repeat(64), width: 10, height: 10, mime: 'image/png' },
  ...{ recipe: {}, drawnBy: 'rules', fingerprint: {}, qc: null, facts: null, jobId: null, parentVersionId: null },
  reason: 'first',
}
const edge = (edgeId: string, from: string, to: string) => ({ type: 'LinkScenes', edgeId, from, to })
const panels = ['pa_1', 'pa_2'].map((id) => ({ ...script, id }))
const branch = { branchId: 'br_two', name: 'What if', parentId: MAIN, forkSceneId: 'sc_a' }

/** A small story in which every command kind comes to something, with a refusal and a command without effect. */
const COMMANDS: readonly { readonly type: string; readonly [field: string]: unknown }[] = [
  { type: 'CreateStory', storyId: 'st_resend', title: 'Resent', canonBranchId: MAIN },
  { type: 'UpdateStory', fields: { logline: 'Again and again' } },
  scene('sc_a'),
  scene('sc_b'),
  { type: 'Batch', commands: [scene('sc_c'), edge('ed_bc', 'sc_b', 'sc_c')] },
  { type: 'UpdateScene', sceneId: 'sc_a', fields: { title: 'Harbour' } },
  { type: 'UpdateScene', sceneId: 'sc_a', fields: { title: 'Harbour' } },
  { type: 'MoveScenes', moves: [{ sceneId: 'sc_a', x: 5, y: 6 }] },
  { type: 'RecordProseCheckpoint', sceneId: 'sc_a', hash: 'h', words: 12, actors: [] },
  edge('ed_ab', 'sc_a', 'sc_b'),
  edge('ed_no', 'sc_a', 'sc_missing'),
  { type: 'UpdateEdge', edgeId: 'ed_ab', fields: { label: 'rain' } },
  { type: 'ReconnectEdge', edgeId: 'ed_ab', from: 'sc_a', to: 'sc_c' },
  { type: 'CreateBranch', ...branch },
  { type: 'UpdateBranch', branchId: 'br_two', fields: { name: 'What then' } },
  { type: 'ArchiveBranch', branchId: 'br_two' },
  { type: 'RestoreBranch', branchId: 'br_two' },
  { type: 'DefineVariable', variableId: 'va_1', name: 'coins', kind: 'int', default: 1 },
  { type: 'UpdateVariable', variableId: 'va_1', fields: { default: 2 } },
  { type: 'DeleteVariable', variableId: 'va_1' },
  { type: 'CreateCharacter', characterId: 'ch_1', name: 'Ilse' },
  { type: 'UpdateCharacter', characterId: 'ch_1', fields: { hair: 'grey' } },
  { type: 'AddPanels', sceneId: 'sc_a', panels },
  { type: 'UpdatePanel', panelId: 'pa_1', fields: { weight: 5 } },
  { type: 'ReorderPanels', sceneId: 'sc_a', panelIds: ['pa_2', 'pa_1'] },
  { type: 'RecordPanelVersion', panelId: 'pa_1', versionId: 'pv_1', version },
  { type: 'ChoosePanelVersion', panelId: 'pa_1', versionId: null },
  { type: 'SetComicLayout', sceneId: 'sc_a', fields: { direction: 'rtl' } },
  { type: 'DeletePanels', panelIds: ['pa_2'] },
  { type: 'DeleteCharacter', characterId: 'ch_1' },
  { type: 'UnlinkScenes', edgeId: 'ed_ab' },
  { type: 'DeleteScenes', sceneIds: ['sc_b'] },
  { type: 'Undo' },
  { type: 'Redo' },
  { type: 'TrashStory' },
  { type: 'RestoreStory' },
]

it('[C7] every command kind, resent up to 5 times, at once on two sockets and after a restart, happens once', async () => {
  const random = seededRandom(7)
  const story = storyIdSchema.parse('st_resend')
  const seqs = { person: 0, program: 0 }
  const sent: { envelope: CommandEnvelope; send: (index: number) => Promise<Outcome>; outcome: Outcome }[] = []
  expect(new Set(COMMANDS.map(({ type }) => type))).toEqual(new Set([...Object.keys(COMMAND_PERMISSIONS), 'Batch']))

  for (const command of COMMANDS) {
    // What nobody may send comes from the program itself, past the sockets.
    const who = COMMAND_PERMISSIONS[command.type as 'Undo'] === 'nobody' ? 'program' : 'person'
    const seq = ++seqs[who]
    const envelope: CommandEnvelope = {
      clientId: clientId.parse(`cl_${who}`),
      seq,
      commandId: commandId.parse(`co_${who}_${seq}`),
      storyId: story,
      command,
    }
    const send = (index: number) =>
      who === 'person'
        ? overSocket(index, envelope)
        : server.services.events.submit(envelope, { id: 'system', kind: 'system' })
    const copies = 1 + randomInt(random, 1, 5)
    const [outcome, ...again] = await Promise.all(Array.from({ length: copies }, (_, index) => send(index)))
    if (!outcome) throw new Error('no answer')
    expect(again, command.type).toEqual(again.map(() => outcome))
    sent.push({ envelope, send, outcome })
  }
  const quiet = sent.filter(({ outcome }) => outcome.status !== 'committed')
  expect(quiet.map(({ envelope, outcome }) => [envelope.command.type, outcome.status])).toEqual([
    ['UpdateScene', 'no-effect'],
    ['LinkScenes', 'refused'],
  ])

  // One outcome for each command, and each of its events once.
  const check = () => {
    const { db, log, projection } = server.services.events
    const rows = db
      .prepare<[string], { id: string; n: number }>(
        'SELECT command_id AS id, count(*) AS n FROM events WHERE story_id = ? GROUP BY 1',
      )
      .all(story)
    const spans = sent.flatMap(({ envelope, outcome }) =>
      outcome.status === 'committed' ? [[envelope.commandId, outcome.to - outcome.from + 1]] : [],
    )
    expect(Object.fromEntries(rows.map(({ id, n }) => [id, n]))).toEqual(Object.fromEntries(spans))
    expect(verifyStories(log, projection).filter((verdict) => verdict.differences.length > 0)).toEqual([])
    return { version: server.services.events.state(story)?.version, events: log.after(story, 0, 1000) }
  }
  const before = check()

  await stop()
  await start()
  for (const { envelope, send, outcome } of sent) {
    const again = await Promise.all(Array.from({ length: randomInt(random, 1, 5) }, (_, index) => send(index)))
    expect(again, envelope.command.type).toEqual(again.map(() => outcome))
  }
  expect(check()).toEqual(before)
}, 120_000)
