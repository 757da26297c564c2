import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import { openEventsDb } from '#lib/server/events/database.ts'
import { createEventLog } from '#lib/server/events/log.ts'
import { sceneId } from '#lib/kernel/ids.ts'
import { ANNA, MAIN, STORY, createStory, tempEvents, testClient } from '../support/events.ts'
import type { BenchLine } from './line.ts'

// The writer beside raw SQLite in the same mode, in the same run. Rounds alternate, the median counts.
const CLIENTS = 50
const ROUND_MS = 1500
const ROUNDS = 5

/** Acknowledged commands per second of 50 clients against one transaction per command in bare better-sqlite3. */
export async function durableCommands(): Promise<BenchLine> {
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(bareAppends())
    ours.push(await loomCommands())
  }
  const value = median(ours)
  const reference = median(bare)
  return {
    name: 'durable commands, 50 clients',
    unit: 'commands/s',
    value: Math.round(value),
    reference: { name: 'better-sqlite3, one transaction per command, WAL FULL', value: Math.round(reference) },
    goal: '>= 2.5x',
    met: value >= 2.5 * reference,
  }
}

async function loomCommands(): Promise<number> {
  const temp = tempEvents()
  const writer = temp.open()
  try {
    await testClient(() => writer, 'maker', ANNA).send(createStory)
    let acked = 0
    const started = performance.now()
    const until = started + ROUND_MS
    await Promise.all(
      Array.from({ length: CLIENTS }, async (_, index) => {
        const client = testClient(() => writer, `bench${index}`, ANNA)
        const id = sceneId.parse(`sc_${index}`)
        const first = await client.send({ type: 'CreateScene', sceneId: id, branchId: MAIN, x: index, y: 0 })
        if (first.status !== 'committed') throw new Error(first.status)
        for (let step = 1; performance.now() < until; step++) {
          const outcome = await client.send({ type: 'MoveScenes', moves: [{ sceneId: id, x: index, y: step }] })
          if (outcome.status !== 'committed') throw new Error(outcome.status)
          acked++
        }
      }),
    )
    return (acked / (performance.now() - started)) * 1000
  } finally {
    await writer.close()
    temp.remove()
  }
}

/** One event and one projection row per transaction, no validation, no outcome. */
function bareAppends(): number {
  const folder = mkdtempSync(join(tmpdir(), 'loom-bench-'))
  const db = new Database(join(folder, 'bare.db'))
  try {
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = FULL')
    db.exec(
      'CREATE TABLE events (position INTEGER PRIMARY KEY, story TEXT, version INTEGER, payload TEXT, UNIQUE (story, version)); CREATE TABLE rows (id TEXT PRIMARY KEY, data TEXT)',
    )
    const insert = db.prepare('INSERT INTO events (story, version, payload) VALUES (?, ?, ?)')
    const upsert = db.prepare(
      'INSERT INTO rows (id, data) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET data = excluded.data',
    )
    const one = db.transaction((version: number) => {
      const payload = JSON.stringify({ moves: [{ id: `sc_${version % CLIENTS}`, x: 1, y: version }] })
      insert.run('st', version, payload)
      upsert.run(`sc_${version % CLIENTS}`, payload)
    })
    const started = performance.now()
    let version = 0
    while (performance.now() - started < ROUND_MS) one(++version)
    return (version / (performance.now() - started)) * 1000
  } finally {
    db.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Events folded per second by a replay against a bare select with JSON.parse over the same file. */
export async function replayRate(): Promise<BenchLine> {
  const temp = tempEvents()
  const writer = temp.open()
  const client = testClient(() => writer, 'maker', ANNA)
  await client.send(createStory)
  const events = 60_000
  const scenes = Array.from({ length: 1000 }, (_, index) => sceneId.parse(`sc_${index}`))
  await client.send({
    type: 'Batch',
    commands: scenes.map((id, index) => ({
      type: 'CreateScene' as const,
      sceneId: id,
      branchId: MAIN,
      x: index,
      y: 0,
      fields: { title: `Scene ${index}` },
    })),
  })
  const pending: Promise<unknown>[] = []
  for (let step = 1000; step < events; step++) {
    const id = scenes[step % scenes.length]
    if (id)
      pending.push(
        client.send(
          step % 3 === 0
            ? { type: 'UpdateScene', sceneId: id, fields: { title: `Title ${step}` } }
            : { type: 'MoveScenes', moves: [{ sceneId: id, x: step, y: step }] },
        ),
      )
  }
  await Promise.all(pending)
  await writer.close()
  const db = openEventsDb(temp.path)
  const log = createEventLog(db)
  const total = log.replay(STORY).version
  const select = db.prepare<[], { payload: string }>('SELECT * FROM events ORDER BY version')
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    bare.push(rate(total, () => select.all().forEach((row) => JSON.parse(row.payload) as unknown)))
    ours.push(rate(total, () => log.replay(STORY)))
  }
  db.close()
  temp.remove()
  const value = median(ours)
  const reference = median(bare)
  return {
    name: `replay of ${total} events`,
    unit: 'events/s',
    value: Math.round(value),
    reference: { name: 'bare select * + JSON.parse(payload)', value: Math.round(reference) },
    goal: '>= 0.8x',
    met: value >= 0.8 * reference,
  }
}

function rate(count: number, run: () => void): number {
  const started = performance.now()
  run()
  return (count / (performance.now() - started)) * 1000
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
