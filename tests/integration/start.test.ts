import { spawn, type ChildProcess } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { freePort, startServer, temporaryFolder } from './server.ts'

const program = join(import.meta.dirname, '../../workers/main.ts')
let folder: ReturnType<typeof temporaryFolder>
let port: number
const children: ChildProcess[] = []

beforeEach(async () => {
  folder = temporaryFolder()
  port = await freePort()
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
  folder.remove()
})

function launch(env: Readonly<Record<string, string>> = {}, args: readonly string[] = []) {
  const child = spawn(process.execPath, [program, ...args], {
    env: {
      NODE_ENV: 'test',
      PATH: process.env['PATH'] ?? '',
      LOOM_PORT: String(port),
      LOOM_DATA_DIR: folder.path,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  children.push(child)
  let output = ''
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const ended = new Promise<{ code: number | null; output: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, output })),
  )
  const ready = new Promise<string>((resolve, reject) => {
    child.stdout.on('data', () => output.includes('ready at') && setImmediate(() => resolve(output)))
    child.on('close', () => reject(new Error(`it ended: ${output}`)))
  })
  ready.catch(() => undefined)
  return { child, ended, ready }
}

/** Holds the port of this test until `release`. */
async function taken(): Promise<() => Promise<unknown>> {
  const other = createServer()
  await new Promise<void>((resolve) => other.listen(port, '127.0.0.1', resolve))
  return () => new Promise((resolve) => other.close(resolve))
}

describe('a start that cannot go on has its own message and exit code, and touches nothing', () => {
  test('a wrong setting: 64', async () => {
    const { code, output } = await launch({ LOOM_PORT: 'soon' }).ended
    expect([code, output.trim()]).toEqual([64, 'LOOM_PORT: a port is a whole number.'])
  })

  test('an unknown service: 64', async () => {
    const { code, output } = await launch({}, ['--services=web,magic']).ended
    expect(code).toBe(64)
    expect(output).toContain('"magic"')
  })

  test('[R28] a folder held by another process: 65', async () => {
    const server = await startServer({ dataDir: folder.path })
    const { code, output } = await launch().ended
    expect(code).toBe(65)
    expect(output).toContain(`process ${process.pid}`)
    await server.close()
  })

  test('[R6] a folder that cannot be written: 66', async () => {
    writeFileSync(join(folder.path, 'file'), '')
    const { code, output } = await launch({ LOOM_DATA_DIR: join(folder.path, 'file/data') }).ended
    expect(code).toBe(66)
    expect(output).toContain('LOOM_DATA_DIR')
  })

  test('a database newer than the program: 68', async () => {
    await (await startServer({ dataDir: folder.path })).close()
    const database = new Database(join(folder.path, 'app.db'))
    database.exec(`UPDATE "_prisma_migrations" SET migration_name = '9999_future'`)
    database.close()
    const { code, output } = await launch().ended
    expect(code).toBe(68)
    expect(output).toContain('9999_future')
  })

  test('a taken port: 69, before the data folder is looked at', async () => {
    const release = await taken()
    const { code, output } = await launch({ LOOM_DATA_DIR: join(folder.path, 'never') }).ended
    expect(code).toBe(69)
    expect(output).toContain(`Port ${port} on 127.0.0.1 is taken`)
    expect(output).toContain('LOOM_PORT')
    expect(existsSync(join(folder.path, 'never'))).toBe(false)
    await release()
  })

  test('an address this machine does not have: 70', async () => {
    const { code } = await launch({ LOOM_HOST: '203.0.113.7', LOOM_PUBLIC_URL: 'https://loom.example' }).ended
    expect(code).toBe(70)
  })

  test('[R11] a damaged database: 71', async () => {
    mkdirSync(folder.path, { recursive: true })
    await (await startServer({ dataDir: folder.path })).close()
    writeFileSync(join(folder.path, 'events.db'), 'not a database at all, but long enough to look at. '.repeat(40))
    const { code, output } = await launch().ended
    expect(code).toBe(71)
    expect(output).toContain('events.db')
  })
})

describe('a start that goes on', () => {
  test('[S4] prints where it is and the set-up link, and no log line repeats the token', async () => {
    const { child, ready, ended } = launch({ LOOM_LOG: 'debug' })
    const output = await ready
    expect(output).toContain(`The Loom is ready at http://127.0.0.1:${port}\n`)
    const link = /^Set-up link: http:\/\/127\.0\.0\.1:\d+\/setup#([\w-]{43})$/m.exec(output)
    expect(link).not.toBeNull()
    child.kill('SIGTERM')
    const { output: all } = await ended
    expect(all.split(link?.[1] ?? '?')).toHaveLength(2)
  })

  test('[R4] SIGTERM ends it with 0 and frees the folder', async () => {
    const { child, ready, ended } = launch()
    await ready
    child.kill('SIGTERM')
    expect((await ended).code).toBe(0)
    expect(existsSync(join(folder.path, 'lock.json'))).toBe(false)
  })

  test('[R28] after kill -9 the next start takes the folder over', async () => {
    const first = launch()
    await first.ready
    first.child.kill('SIGKILL')
    await first.ended
    const second = launch()
    await second.ready
    const status = await new Promise((resolve, reject) =>
      request({ port, host: '127.0.0.1', path: '/api/readyz' }, (response) => resolve(response.statusCode))
        .on('error', reject)
        .end(),
    )
    expect(status).toBe(200)
    second.child.kill('SIGTERM')
    expect((await second.ended).code).toBe(0)
  })
})
