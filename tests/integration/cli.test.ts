import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cliCommands } from '#lib/server/cli/registry.ts'
import { runCli } from '#lib/server/cli/run.ts'
import { startServer } from './server.ts'

// The command line on a real data folder, as `npm run loom --` runs it.

const folder = mkdtempSync(join(tmpdir(), 'loom-cli-'))
const file = join(folder, 'ferry.twee')
const before = process.env['LOOM_DATA_DIR']
beforeAll(() => {
  process.env['LOOM_DATA_DIR'] = join(folder, 'data')
  writeFileSync(file, ':: StoryTitle\nThe Ferry\n\n:: Shore\nRain.\n\n[[Cross->Boat]]\n\n:: Boat\nSalt.\n')
})
afterAll(() => {
  if (before === undefined) delete process.env['LOOM_DATA_DIR']
  else process.env['LOOM_DATA_DIR'] = before
  rmSync(folder, { recursive: true, force: true })
})

async function loom(...argv: string[]) {
  const out: string[] = []
  const err: string[] = []
  const code = await runCli(argv, cliCommands, { out: (text) => out.push(text), err: (text) => err.push(text) })
  return { code, out: out.join('\n'), err: err.join('\n') }
}
const parsed = (text: string) => JSON.parse(text) as Record<string, unknown>

describe('the command line', () => {
  it('[EX110] a dry run stores nothing; an import answers id and report', async () => {
    const dry = await loom('import', file, '--dry-run', '--json')
    expect(parsed(dry.out)).toMatchObject({ dryRun: true, title: 'The Ferry', report: { imported: { scenes: 2 } } })
    expect(parsed((await loom('stories', '--json')).out)).toEqual({ stories: [] })
    const done = await loom('import', file, '--title', 'Mine', '--json')
    expect(done.code).toBe(0)
    expect(parsed((await loom('stories', '--json')).out)).toMatchObject({
      stories: [{ title: 'Mine', scenes: 2, words: 2 }],
    })
  })
  it('[EX111] an export writes the file, and replaces one only when told', async () => {
    const out = join(folder, 'out.twee')
    expect((await loom('export', 'Mine', '--format', 'twee3', '--out', out)).code).toBe(0)
    expect(readFileSync(out, 'utf8')).toContain('[[Cross->Boat]]')
    expect(await loom('export', 'Mine', '--format', 'twee3', '--out', out)).toMatchObject({ code: 64 })
    expect((await loom('export', 'Mine', '--format', 'twee3', '--out', out, '--force')).code).toBe(0)
  })
  it('[EX112] what is wrong is said, also as JSON, and nothing is stored', async () => {
    expect((await loom('nonsense')).code).toBe(64)
    expect((await loom('import')).err).toContain('Name one file.')
    expect((await loom('import', join(folder, 'absent.twee'))).err).toContain('There is no file')
    expect((await loom('stories', '--wrong')).err).toContain('There is no option --wrong.')
    writeFileSync(join(folder, 'bad.twee'), 'no passages here')
    const bad = await loom('import', join(folder, 'bad.twee'), '--json')
    expect(bad.code).toBe(1)
    expect(parsed(bad.out)).toMatchObject({ error: { code: 'invalid-input' } })
    expect((await loom('export', 'Unknown', '--format', 'archive', '--out', join(folder, 'x.zip'))).code).toBe(1)
  })
  it('[EX113] a data folder in use is refused in words', async () => {
    const server = await startServer({ dataDir: join(folder, 'data') })
    try {
      const busy = await loom('stories')
      expect(busy.code).toBe(65)
      expect(busy.err).toContain('Stop the app first')
    } finally {
      await server.close()
    }
  })
})
