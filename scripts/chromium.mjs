// The browser of the browser tests: the system's Chromium. Playwright's own download is never used.
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say } from './bootstrap.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']

/** Path of a Chromium on this machine, or null. CHROMIUM_PATH names one outside the usual places. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH
  if (named) return existsSync(named) ? named : null
  const folders = (process.env.PATH ?? '').split(delimiter).concat('/usr/bin', '/snap/bin')
  const found = folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find((file) => existsSync(file))
  return found ?? null
}

/** Finds Chromium or, as root on Debian, installs its package. Answers `{ chromium }` or `{ missing }` with the remedy. */
export function ensureChromium() {
  const found = findChromium()
  if (found) return { chromium: found }
  const remedy = 'No Chromium was found. On Debian: apt-get install chromium; elsewhere set CHROMIUM_PATH to its path.'
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return { missing: remedy }
  say('Installing Chromium for the browser tests (once).')
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  try {
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { stdio: 'ignore', env })
  } catch {
    return { missing: `${remedy} Installing the package was tried and failed.` }
  }
  const installed = findChromium()
  return installed ? { chromium: installed } : { missing: remedy }
}
