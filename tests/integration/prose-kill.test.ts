import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { expect, it } from 'vitest'
import { seedProse } from '#lib/server/prose/log.ts'
import { openEventsDb } from '#lib/server/events/database.ts'
import { tempEvents } from '#tests/support/events.ts'
import { rawClient } from '#tests/support/prose-client.ts'
import { startProse } from '#tests/support/prose-server.ts'

const CHILD = fileURLToPath(new URL('../support/prose-child.ts', import.meta.url))
const ROUNDS = 3
const WRITERS = 4

function startChild(path: string): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [CHILD, path], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error('the server process ended early')))
    child.stdout?.on('data', (data: Buffer) => {
      const match = /port (\d+)/.exec(data.toString())
      if (match) resolve({ child, port: Number(match[1]) })
    })
  })
}

it(`[PR54] what was acknowledged is there after kill -9 (${ROUNDS} rounds, ${WRITERS} writers)`, async () => {
  const store = tempEvents()
  const db = openEventsDb(store.path)
  seedProse(db, { storyId: 'st_test', sceneId: 'sc_kill', doc: 'Start.', actorId: 'us_a', at: 1 })
  db.close()
  const acknowledged = new Set<string>()
  for (let round = 0; round < ROUNDS; round++) {
    const { child, port } = await startChild(store.path)
    const writers = Array.from({ length: WRITERS }, (_, i) =>
      rawClient({ port, sceneId: 'sc_kill', ticket: `us_${i}` }),
    )
    await Promise.all(writers.map((writer) => writer.synced))
    const typed = writers.map(() => [] as { word: string; index: number }[])
    const base = writers.map((writer) => writer.sent)
    const stopAt = Date.now() + 150 + round * 120
    const enough = () => writers.every((writer, i) => writer.receipts.durable > (base[i] ?? 0) + 5)
    while (Date.now() < stopAt || !enough()) {
      for (const [i, writer] of writers.entries()) {
        const word = `r${round}w${i}n${typed[i]?.length ?? 0}`
        writer.type(` ${word}`)
        typed[i]?.push({ word, index: writer.sent })
      }
      await new Promise((done) => setTimeout(done, 1))
    }
    child.kill('SIGKILL')
    await Promise.all(writers.map((writer) => writer.closed))
    for (const [i, writer] of writers.entries()) {
      // Receipts count messages in order: what is within the count was said to be saved.
      for (const { word, index } of typed[i] ?? []) if (index <= writer.receipts.durable) acknowledged.add(word)
      expect(base[i]).toBeGreaterThanOrEqual(1)
      writer.stop()
    }
  }
  expect(acknowledged.size).toBeGreaterThan(50)
  const check = new Database(store.path)
  expect(check.pragma('integrity_check', { simple: true })).toBe('ok')
  check.close()
  const rig = await startProse(store.path)
  const words = new Set(rig.prose.text('sc_kill').split(/\s+/))
  expect([...acknowledged].filter((word) => !words.has(word))).toEqual([])
  await rig.prose.recover()
  expect(rig.checkpoints).toHaveLength(1)
  await rig.stop()
  store.remove()
}, 240_000)

it('[PR53] the tree holds one Yjs, one y-protocols and one lib0', () => {
  const root = fileURLToPath(new URL('../../node_modules', import.meta.url))
  for (const name of ['yjs', 'y-protocols', 'lib0']) expect(copiesOf(root, name)).toEqual([join(root, name)])
  const require = createRequire(import.meta.url)
  expect(require.resolve('yjs').startsWith(join(root, 'yjs'))).toBe(true)
})

function copiesOf(folder: string, name: string): string[] {
  const found: string[] = []
  const direct = join(folder, name, 'package.json')
  if (existsSync(direct)) found.push(join(folder, name))
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory() || entry.name.startsWith('.')) continue
    const inner = entry.name.startsWith('@')
      ? readdirSync(join(folder, entry.name)).map((scoped) => join(folder, entry.name, scoped))
      : [join(folder, entry.name)]
    for (const item of inner) {
      const nested = join(item, 'node_modules')
      if (existsSync(nested)) found.push(...copiesOf(nested, name))
    }
  }
  return found
}
