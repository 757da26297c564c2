import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { BenchLine } from './line.ts'

const ROOT = join(import.meta.dirname, '../..')
const LIMIT_MS = 60_000
const ROUNDS = 3

/** `npm start` with everything in place until it answers, beside bare `next start` on the same build. */
export async function warmStart(): Promise<BenchLine> {
  const line = { name: 'warm start until it answers', unit: 'ms', goal: '<= 5000 ms' }
  const reference = 'next start of the same build'
  if (!existsSync(join(ROOT, '.next/BUILD_ID'))) {
    return {
      ...line,
      value: null,
      reference: { name: reference, value: null },
      met: null,
      note: 'the pages are not built: run npm start once',
    }
  }
  const dataDir = await mkdtemp(join(tmpdir(), 'loom-bench-start-'))
  try {
    const port = await freePort()
    const loom = () =>
      timeUntil(['scripts/start.mjs'], port, '/api/readyz', { LOOM_PORT: String(port), LOOM_DATA_DIR: dataDir })
    // The first start makes the data folder and the demo story; it is not warm.
    await loom()
    const ours: number[] = []
    const bare: number[] = []
    for (let round = 0; round < ROUNDS; round++) {
      ours.push(await loom())
      const next = ['node_modules/next/dist/bin/next', 'start', '-p', String(port), '-H', '127.0.0.1']
      bare.push(await timeUntil(next, port, '/sign-in', {}))
    }
    const value = Math.round(median(ours))
    return { ...line, value, reference: { name: reference, value: Math.round(median(bare)) }, met: value <= 5000 }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function timeUntil(
  args: string[],
  port: number,
  path: string,
  settings: Record<string, string>,
): Promise<number> {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('LOOM_'))
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'ignore',
    env: { ...Object.fromEntries(kept), NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1', ...settings },
  })
  try {
    for (;;) {
      const answered = await fetch(`http://127.0.0.1:${port}${path}`).then(
        (response) => response.status < 500,
        () => false,
      )
      if (answered) return performance.now() - started
      if (child.exitCode !== null) throw new Error(`${args[0]} ended with code ${child.exitCode}`)
      if (performance.now() - started > LIMIT_MS) throw new Error(`${args[0]} did not answer within a minute`)
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  } finally {
    await end(child)
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const hurry = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(hurry)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port was given')
  return address.port
}
