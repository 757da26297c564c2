import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const FOLDER = join(import.meta.dirname, '../../.cache/security')

/** Keeps what a suite counted, for the security table of the README (`node scripts/security-table.mjs`). */
export function countFigures(suite: string, figures: Readonly<Record<string, number>>): void {
  mkdirSync(FOLDER, { recursive: true })
  writeFileSync(join(FOLDER, `${suite}.json`), `${JSON.stringify(figures, null, 2)}\n`)
}
