// Python environments, filled from committed locks with checked hashes: .venv for workers/gpu, others beside it.
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './bootstrap.mjs'

const NAMES = ['python3.11', 'python3.12', 'python3.13', 'python3.14', 'python3', 'python']
const WORKER = { venv: '.venv', lock: 'workers/gpu/requirements.lock' }

/** Sets an environment up where needed. Answers `{ python }`, or `{ missing }` with what is needed and how to get it. */
export function ensurePython(environment = WORKER) {
  const venv = join(root, environment.venv)
  const lock = join(root, environment.lock)
  const binary = join(venv, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  const stamp = join(venv, 'loom-stamp')
  const wanted = createHash('sha256').update(readFileSync(lock)).digest('hex')
  if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { python: binary }
  const system = NAMES.find(isNewEnough)
  if (!system) return { missing: 'Python 3.11 or newer was not found. On Debian: apt-get install python3 python3-venv' }
  say(`Setting up Python from ${environment.lock} (once).`)
  try {
    rmSync(venv, { recursive: true, force: true })
    execFileSync(system, ['-m', 'venv', venv], { stdio: 'pipe' })
    execFileSync(
      binary,
      ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--require-hashes', '-r', lock],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    )
    writeFileSync(stamp, wanted)
    return { python: binary }
  } catch (cause) {
    const said = String(cause.stderr || cause.stdout || cause.message)
    return { missing: `The Python environment could not be made: ${said.trim().split('\n').at(-1)}` }
  }
}

function isNewEnough(name) {
  try {
    const test = 'import sys, venv, ensurepip; sys.exit(0 if sys.version_info >= (3, 11) else 1)'
    execFileSync(name, ['-c', test], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
