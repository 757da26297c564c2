import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { missingOptional } from '../../scripts/lockfile.mjs'

const lockfile = z
  .looseObject({
    packages: z.record(z.string(), z.looseObject({ version: z.string().optional(), resolved: z.string().optional() })),
  })
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../../package-lock.json'), 'utf8')))

/** Lowest versions without known holes; every copy in the tree counts. */
const FLOORS: Readonly<Record<string, string>> = {
  next: '16.3.8',
  ws: '8.21.0',
  'engine.io': '6.6.9',
  'socket.io-adapter': '2.5.8',
  'socket.io-parser': '4.2.7',
  hono: '4.12.25',
  '@hono/node-server': '2.0.0',
  'prosemirror-view': '1.42.3',
  '@tiptap/core': '3.31.2',
  sharp: '0.35.0',
}

function copiesOf(name: string): string[] {
  return Object.entries(lockfile.packages)
    .filter(([path]) => path.endsWith(`node_modules/${name}`))
    .map(([, entry]) => entry.version ?? '0')
}

function below(version: string, floor: string): boolean {
  const [a, b] = [version, floor].map((text) => text.split(/[.-]/).map(Number))
  for (let i = 0; i < 3; i++) if ((a?.[i] ?? 0) !== (b?.[i] ?? 0)) return (a?.[i] ?? 0) < (b?.[i] ?? 0)
  return false
}

describe('version floors', () => {
  test.each(Object.entries(FLOORS))('[H8] every copy of %s is at least %s', (name, floor) => {
    const copies = copiesOf(name)
    expect(copies.length).toBeGreaterThan(0)
    expect(copies.filter((version) => below(version, floor))).toEqual([])
  })

  test.each(['yjs', 'better-sqlite3', 'y-protocols', 'lib0', 'react', 'zod'])('one copy of %s', (name) => {
    expect(copiesOf(name)).toHaveLength(1)
  })
})

test('the lockfile names the optional packages of every system, or npm ci refuses (node scripts/lockfile.mjs)', () => {
  expect(missingOptional(lockfile)).toEqual([])
})

test('the lockfile names no registry', () => {
  expect(Object.values(lockfile.packages).filter((entry) => entry.resolved !== undefined)).toEqual([])
})
