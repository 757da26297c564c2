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

/** Not a dependency yet; below this it must not become one. */
const FLOORS_IF_PRESENT: Readonly<Record<string, string>> = { dompurify: '3.4.17' }
const NODE_FLOOR = '24.18.1'

describe('version floors', () => {
  test('[H8] the Node that the program brings along is at least the floor', () => {
    const bootstrap = readFileSync(join(import.meta.dirname, '../../scripts/bootstrap.mjs'), 'utf8')
    const [, version = '0'] = /NODE_VERSION = '([\d.]+)'/.exec(bootstrap) ?? []
    expect([version, below(version, NODE_FLOOR)]).toEqual([version, false])
    expect(below('24.18.0', NODE_FLOOR)).toBe(true)
  })

  test('[H8] every package of the text editor is at least 3.31.2', () => {
    const names = Object.keys(lockfile.packages).flatMap(
      (path) => /(@tiptap\/(?!y-tiptap)[^/]+)$/.exec(path)?.[1] ?? [],
    )
    expect(new Set(names).size).toBeGreaterThan(5)
    for (const name of new Set(names))
      expect([name, copiesOf(name).filter((version) => below(version, '3.31.2'))]).toEqual([name, []])
  })

  test.each(Object.entries(FLOORS_IF_PRESENT))('[H8] a copy of %s would be at least %s', (name, floor) => {
    expect(copiesOf(name).filter((version) => below(version, floor))).toEqual([])
  })

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
