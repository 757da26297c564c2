import { spawn } from 'node:child_process'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openDataFolder } from './data-folder.ts'
import { StartFailure, type StartFailureKind } from './start-failure.ts'

let base: string
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'loom-folder-'))
})
afterEach(() => rmSync(base, { recursive: true, force: true }))

const clock = () => Date.UTC(2026, 0, 1)

function refusal(work: () => unknown): { kind: StartFailureKind; message: string } {
  try {
    work()
  } catch (cause) {
    if (cause instanceof StartFailure) return { kind: cause.kind, message: cause.message }
    throw cause
  }
  throw new Error('it was taken')
}

/** Another process that opens `path` and holds it; answers when it does. */
async function holder(path: string) {
  const script = `import { openDataFolder } from ${JSON.stringify(join(import.meta.dirname, 'data-folder.ts'))}
    openDataFolder(${JSON.stringify(path)}, Date.now); console.log('held'); setInterval(() => {}, 1000)`
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the other process ended')))
  })
  return {
    pid: child.pid,
    kill: () =>
      new Promise<void>((resolve) => {
        child.removeAllListeners('exit')
        child.once('exit', () => resolve())
        child.kill('SIGKILL')
      }),
  }
}

describe('lock', () => {
  test('[R28] a second process is refused and told who holds the folder', async () => {
    const path = join(base, 'data')
    const other = await holder(path)
    const { kind, message } = refusal(() => openDataFolder(path, clock))
    expect(kind).toBe('data-folder-locked')
    expect(message).toContain(`process ${other.pid}`)
    expect(message).toContain('LOOM_DATA_DIR')
    await other.kill()
  })

  test('[R28] the lock of a process that was killed is taken over', async () => {
    const path = join(base, 'data')
    const other = await holder(path)
    await other.kill()
    expect(existsSync(join(path, 'lock.json'))).toBe(true)
    const folder = openDataFolder(path, clock)
    expect(readFileSync(join(path, 'lock.json'), 'utf8')).toContain(`"pid":${process.pid}`)
    folder.release()
  })

  test('[R28] a note with the pid of a living stranger locks nothing', () => {
    const path = join(base, 'data')
    openDataFolder(path, clock).release()
    writeFileSync(join(path, 'lock.json'), JSON.stringify({ pid: process.ppid, startedAt: 'some day' }))
    openDataFolder(path, clock).release()
  })

  test('[R28] twice in one process is refused too, and released is free', () => {
    const path = join(base, 'data')
    const first = openDataFolder(path, clock)
    expect(refusal(() => openDataFolder(path, clock)).kind).toBe('data-folder-locked')
    first.release()
    first.release()
    openDataFolder(path, clock).release()
  })
})

describe('a folder that cannot be used', () => {
  test('[R6] a file in its place is named', () => {
    const path = join(base, 'file')
    writeFileSync(path, 'mine')
    const { kind, message } = refusal(() => openDataFolder(join(path, 'data'), clock))
    expect(kind).toBe('data-folder-not-writable')
    expect(message).toContain(path)
    expect(readFileSync(path, 'utf8')).toBe('mine')
  })

  test.skipIf(process.getuid?.() === 0)(
    '[R6] a read-only folder is named (skipped as root, who may write everywhere)',
    () => {
      const path = join(base, 'closed')
      openDataFolder(path, clock).release()
      chmodSync(path, 0o500)
      expect(refusal(() => openDataFolder(path, clock)).kind).toBe('data-folder-not-writable')
      chmodSync(path, 0o700)
    },
  )

  test('[R6] a file system without writes is named', () => {
    expect(refusal(() => openDataFolder('/proc/loom-data', clock)).kind).toBe('data-folder-not-writable')
  })

  test('[R5] a full disk is refused before anything is locked or made', () => {
    const path = join(base, 'data')
    const { kind, message } = refusal(() => openDataFolder(path, clock, () => ({ freeBytes: 1024, totalBytes: 1e9 })))
    expect(kind).toBe('disk-full')
    expect(message).toContain(path)
    expect(existsSync(join(path, 'lock.db'))).toBe(false)
    expect(existsSync(join(path, 'secrets'))).toBe(false)
  })
})

describe('secrets', () => {
  test('[S2] a secret is made once, kept, and readable by this user alone', () => {
    const path = join(base, 'data')
    const first = openDataFolder(path, clock)
    const key = first.secret('some.key')
    expect(key.length).toBe(32)
    expect(first.secret('other.key').equals(key)).toBe(false)
    first.release()
    const again = openDataFolder(path, clock)
    expect(again.secret('some.key').equals(key)).toBe(true)
    expect(statSync(join(path, 'secrets/some.key')).mode & 0o777).toBe(0o600)
    expect(statSync(path).mode & 0o077).toBe(0)
    again.release()
  })

  test('[S2] a secret that others may read is closed to them', () => {
    const folder = openDataFolder(join(base, 'data'), clock)
    folder.secret('some.key')
    chmodSync(join(base, 'data/secrets/some.key'), 0o644)
    folder.secret('some.key')
    expect(statSync(join(base, 'data/secrets/some.key')).mode & 0o777).toBe(0o600)
    folder.release()
  })

  test('[S2] a secret takes the place of another, whole and still for this user alone', () => {
    const path = join(base, 'data')
    const folder = openDataFolder(path, clock)
    const [old, next] = [folder.secret('some.key'), folder.secret('some.key.next')]
    folder.moveSecret('some.key.next', 'some.key')
    expect(folder.secret('some.key').equals(next)).toBe(true)
    expect(folder.secret('some.key').equals(old)).toBe(false)
    expect(existsSync(join(path, 'secrets/some.key.next'))).toBe(false)
    expect(statSync(join(path, 'secrets/some.key')).mode & 0o777).toBe(0o600)
    folder.release()
  })

  test('[S2] a cut secret is refused, never replaced', () => {
    const folder = openDataFolder(join(base, 'data'), clock)
    folder.secret('some.key')
    writeFileSync(join(base, 'data/secrets/some.key'), 'short')
    expect(refusal(() => folder.secret('some.key')).message).toContain('damaged')
    expect(readFileSync(join(base, 'data/secrets/some.key'), 'utf8')).toBe('short')
    folder.release()
  })
})
