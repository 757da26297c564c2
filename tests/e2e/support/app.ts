import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../../..')
const START_MS = 120_000

/** A real server of this program in a process of its own, on a free port, with a data folder of its own. */
export interface RunningApp {
  readonly url: string
  readonly dataDir: string
  /** The set-up link it printed, null once there is an owner. */
  readonly setupLink: () => string | null
  /** Everything it printed since it was last started. */
  readonly said: () => string
  /** Ends it at once, as a power cut would; `restart` brings it back on the same data and port. */
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  /** Stops it in good order and removes its data. */
  readonly close: () => Promise<void>
}

/** Further settings, as in the environment. */
type Settings = Readonly<Record<string, string>>

/** Starts the program as `npm start` would, without its set-up steps. Throws with its output when it does not get ready. */
export async function startApp({ settings = {} }: { readonly settings?: Settings } = {}): Promise<RunningApp> {
  const dataDir = await mkdtemp(join(tmpdir(), 'loom-e2e-'))
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let running = await launch(port, dataDir, settings)
  return {
    url,
    dataDir,
    setupLink: () => running.setupLink,
    said: () => running.said(),
    kill: () => end(running.child, 'SIGKILL'),
    restart: async () => {
      await end(running.child, 'SIGTERM')
      running = await launch(port, dataDir, settings)
    },
    close: async () => {
      await end(running.child, 'SIGTERM')
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

async function launch(
  port: number,
  dataDir: string,
  settings: Settings,
): Promise<{ child: ChildProcess; setupLink: string | null; said: () => string }> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('LOOM_'))
  const child = spawn(process.execPath, ['workers/main.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...Object.fromEntries(kept),
      NODE_ENV: 'production',
      LOOM_PORT: String(port),
      LOOM_DATA_DIR: dataDir,
      LOOM_LOG: 'warn',
      ...settings,
    },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')))
  const deadline = Date.now() + START_MS
  while (!said.includes('is ready at') || !(await answers(port))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`the server did not get ready:\n${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return { child, setupLink: /^Set-up link: (\S+)$/m.exec(said)?.[1] ?? null, said: () => said }
}

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/api/readyz`).then(
    (response) => response.ok,
    () => false,
  )
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill(signal)
  const hurry = setTimeout(() => child.kill('SIGKILL'), 30_000)
  await ended
  clearTimeout(hurry)
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port was given')
  return address.port
}
