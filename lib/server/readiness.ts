import type { Clock } from '#lib/kernel/ports.ts'
import type { AppDb } from './app-db.ts'
import type { DataFolder } from './data-folder.ts'

/** With less free disk the service is not ready to take writes. */
const MIN_FREE_BYTES = 64 * 1024 * 1024
/** Answers are kept this long, so that asking often costs nothing. */
const FRESH_MS = 2_000
const PATIENCE_MS = 5_000

export interface ReadinessReport {
  readonly ready: boolean
  readonly checks: Readonly<Record<string, 'ok' | 'failing'>>
}

export interface Readiness {
  /** Adds a check under a short name; it throws or rejects when its part cannot work. */
  readonly add: (name: string, check: () => Promise<void> | void) => void
  /** Runs all checks (at most every 2 s). Never throws; causes stay in the log of whoever fails. */
  readonly report: () => Promise<ReadinessReport>
}

/** Readiness of this process (R25): app.db takes a write, the disk has room, and whatever parts add themselves. */
export function createReadiness(folder: DataFolder, app: AppDb, clock: Clock): Readiness {
  const checks = new Map<string, () => Promise<void> | void>()
  let last: { readonly atMs: number; readonly report: Promise<ReadinessReport> } | null = null

  async function run(): Promise<ReadinessReport> {
    const answers = await Promise.all([...checks].map(async ([name, check]) => [name, await verdict(check)] as const))
    return { ready: answers.every(([, answer]) => answer === 'ok'), checks: Object.fromEntries(answers) }
  }

  checks.set('app-db', async () => {
    const value = String(clock())
    const row = { value, changedAt: new Date(clock()), changedBy: 'readiness' }
    await app.setting.upsert({
      where: { key: 'canary' },
      create: { key: 'canary', ...row },
      update: row,
      select: { key: true },
    })
  })
  checks.set('disk', () => {
    if (folder.freeBytes() < MIN_FREE_BYTES) throw new Error('the disk is nearly full')
  })

  return {
    add: (name, check) => void checks.set(name, check),
    report: () => {
      if (!last || clock() - last.atMs > FRESH_MS) last = { atMs: clock(), report: run() }
      return last.report
    },
  }
}

async function verdict(check: () => Promise<void> | void): Promise<'ok' | 'failing'> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'failing'>((resolve) => {
    timer = setTimeout(() => resolve('failing'), PATIENCE_MS)
  })
  try {
    return await Promise.race([(async () => (await check(), 'ok' as const))(), late])
  } catch {
    return 'failing'
  } finally {
    clearTimeout(timer)
  }
}
