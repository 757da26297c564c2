import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import type Database from 'better-sqlite3'
import { io } from 'socket.io-client'
import type { Socket } from 'socket.io-client'
import { afterEach, describe, expect, it } from 'vitest'
import type { CommandEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { clientId, commandId, storyId as storyIdSchema } from '#lib/kernel/ids.ts'
import { seededRandom, randomInt } from '#lib/kernel/random.ts'
import { openEventsDb } from '#lib/server/events/database.ts'
import { createEventLog } from '#lib/server/events/log.ts'
import { verifyStories } from '#lib/server/events/verify.ts'
import { createRecordProjection } from '#lib/server/projections/records.ts'
import { OWNER, freePort, temporaryFolder } from './server.ts'

// C4, graph part: the real program is killed under load; what it acknowledged is there, and nothing happened twice.
const ROUNDS = 5
const CLIENTS = 50

describe('kill drill', () => {
  let child: ChildProcess | null = null
  const folders: { remove: () => void }[] = []
  afterEach(() => {
    child?.kill('SIGKILL')
    for (const folder of folders) folder.remove()
  })

  it(`[C4] ${ROUNDS} rounds of kill -9 under ${CLIENTS} clients: 0 acknowledged commands lost, 0 doubled`, async () => {
    const folder = temporaryFolder()
    folders.push(folder)
    const port = await freePort()
    const origin = `http://127.0.0.1:${port}`
    const random = seededRandom(4)
    const acked = new Map<string, Outcome>()
    const sent = new Map<string, CommandEnvelope>()
    let cookie = ''
    let story = ''
    let branch = ''
    const seqs = new Array<number>(CLIENTS).fill(0)
    const unacked: (CommandEnvelope | null)[] = new Array<CommandEnvelope | null>(CLIENTS).fill(null)

    for (let round = 0; round < ROUNDS; round++) {
      child = await startProgram(port, folder.path, round === 0)
      const token = /#(\S+)/.exec(outputOf(child))?.[1]
      if (round === 0) {
        cookie = await cookies(`${origin}/api/setup`, { token, ...OWNER })
        story = (
          (await (await post(`${origin}/api/stories`, { title: 'Drill' }, cookie)).json()) as { storyId: string }
        ).storyId
      } else {
        cookie = await cookies(`${origin}/api/auth/sign-in`, { login: OWNER.login, password: OWNER.password })
      }
      const snapshot = (await (
        await fetch(`${origin}/api/stories/${story}/snapshot`, { headers: { cookie } })
      ).json()) as { collections: { branches: { id: string }[] } }
      branch = snapshot.collections.branches[0]?.id ?? ''
      const sockets = Array.from({ length: CLIENTS }, () =>
        io(origin, { transports: ['websocket'], extraHeaders: { cookie, origin }, reconnection: false }),
      )
      await Promise.all(sockets.map(connected))
      let killed = false
      const loops = sockets.map(async (socket, index) => {
        while (!killed) {
          const envelope = unacked[index] ?? next(index)
          unacked[index] = envelope
          const outcome = await send(socket, envelope)
          if (outcome === null) return
          if (outcome.status === 'unavailable') {
            await sleep(outcome.retryAfterMs)
            continue
          }
          acked.set(envelope.commandId, outcome)
          unacked[index] = null
        }
      })
      const before = acked.size
      await sleep(randomInt(random, 400, 1500))
      // A round proves something only when every client, on average, has an answer to lose.
      while (acked.size < before + CLIENTS) await sleep(10)
      child.kill('SIGKILL')
      killed = true
      await Promise.all(loops)
      sockets.forEach((socket) => socket.close())
      checkFile(`${folder.path}/events.db`)
    }
    expect(acked.size).toBeGreaterThanOrEqual(ROUNDS * CLIENTS)
    expect([...acked.values()].filter(({ status }) => status !== 'committed')).toEqual([])
    // It opens once more after the last kill, with all of it.
    child = await startProgram(port, folder.path, false)
    const signedIn = await cookies(`${origin}/api/auth/sign-in`, { login: OWNER.login, password: OWNER.password })
    const last = (await (
      await fetch(`${origin}/api/stories/${story}/snapshot`, { headers: { cookie: signedIn } })
    ).json()) as { collections: { scenes: { id: string }[] } }
    const there = new Set(last.collections.scenes.map(({ id }) => id))
    expect([...acked.keys()].map((id) => id.replace('co_', 'sc_')).filter((id) => !there.has(id))).toEqual([])

    function next(index: number): CommandEnvelope {
      seqs[index] = (seqs[index] ?? 0) + 1
      const id = `co_${index}_${seqs[index]}`
      const envelope: CommandEnvelope = {
        clientId: clientId.parse(`cl_drill_${index}`),
        seq: seqs[index] ?? 1,
        commandId: commandId.parse(id),
        storyId: storyIdSchema.parse(story),
        command: {
          type: 'CreateScene',
          sceneId: `sc_${index}_${seqs[index]}`,
          branchId: branch,
          x: index,
          y: seqs[index],
        },
      }
      sent.set(id, envelope)
      return envelope
    }

    function checkFile(path: string): void {
      const db = openEventsDb(path)
      try {
        expect(db.pragma('integrity_check', { simple: true })).toBe('ok')
        const log = createEventLog(db)
        for (const verdict of verifyStories(log, createRecordProjection(db))) expect(verdict.differences).toEqual([])
        const stored = new Map(countByCommand(db).map((row) => [row.command_id, row.n]))
        const lost = [...acked.keys()].filter((id) => !stored.has(id))
        expect(lost).toEqual([])
        // Not only the answer is kept: what was committed stands in the log, at the versions that were told.
        for (const [id, outcome] of acked) {
          if (outcome.status !== 'committed') continue
          expect(eventsOf(db, id), id).toEqual({ from: outcome.from, to: outcome.to, n: outcome.to - outcome.from + 1 })
        }
        // A scene is made once: its creation stands once in the log however often the command was sent.
        expect(countScenes(db).filter((row) => row.n !== 1)).toEqual([])
      } finally {
        db.close()
      }
    }
  }, 600_000)
})

function countByCommand(db: Database.Database) {
  return db
    .prepare<[], { command_id: string; n: number }>(
      'SELECT command_id, count(*) AS n FROM command_outcomes GROUP BY command_id',
    )
    .all()
}

function eventsOf(db: Database.Database, command: string) {
  return db
    .prepare<[string], { from: number; to: number; n: number }>(
      'SELECT min(version) AS "from", max(version) AS "to", count(*) AS n FROM events WHERE command_id = ?',
    )
    .get(command)
}

function countScenes(db: Database.Database) {
  return db
    .prepare<[], { id: string; n: number }>(
      "SELECT json_extract(payload, '$.record.id') AS id, count(*) AS n FROM events WHERE type = 'SceneCreated' GROUP BY 1",
    )
    .all()
}

const outputs = new WeakMap<ChildProcess, string>()
const outputOf = (child: ChildProcess) => outputs.get(child) ?? ''

async function startProgram(port: number, dataDir: string, first: boolean): Promise<ChildProcess> {
  const child = spawn(process.execPath, ['workers/main.ts', '--services=web,realtime'], {
    cwd: new URL('../..', import.meta.url),
    env: { ...process.env, LOOM_PORT: String(port), LOOM_DATA_DIR: dataDir, LOOM_LOG: 'silent' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  outputs.set(child, '')
  child.stdout.on('data', (chunk: Buffer) => outputs.set(child, outputOf(child) + chunk.toString()))
  const deadline = Date.now() + 120_000
  // The set-up link of the first start follows the line that says ready.
  while (!/The Loom is ready/.test(outputOf(child)) || (first && !/#\S+/.test(outputOf(child)))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`the program did not start: ${outputOf(child)}`)
    await sleep(50)
  }
  return child
}

function post(url: string, body: unknown, cookie = ''): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      origin: new URL(url).origin,
      'sec-fetch-site': 'same-origin',
      cookie,
    },
    body: JSON.stringify(body),
  })
}

async function cookies(url: string, body: unknown): Promise<string> {
  const response = await post(url, body)
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

function connected(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve())
    socket.once('connect_error', reject)
  })
}

function send(socket: Socket, envelope: CommandEnvelope): Promise<Outcome | null> {
  return new Promise((resolve) => {
    const gone = () => resolve(null)
    socket.once('disconnect', gone)
    if (socket.disconnected) return gone()
    socket.emit('command', envelope, (outcome: Outcome) => {
      socket.off('disconnect', gone)
      resolve(outcome)
    })
  })
}
