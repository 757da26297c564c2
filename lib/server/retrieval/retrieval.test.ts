import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { lineageOf } from '#lib/retrieval/lineage.ts'
import { queryTerms } from '#lib/retrieval/query.ts'
import { openFtsIndex } from './fts-index.ts'
import { createRetrieval } from './retrieval.ts'
import type { FtsIndex } from './fts-index.ts'
import type { Retrieval } from './retrieval.ts'

let folder: string
let index: FtsIndex
const texts = new Map<string, Map<string, { version: string; text: string }>>()
let fails = false

function make(over: { index?: FtsIndex | null } = {}): Retrieval {
  return createRetrieval({
    index: over.index === undefined ? index : over.index,
    clock: Date.now,
    source: {
      versions: (storyId) => {
        const scenes = texts.get(storyId)
        return scenes ? new Map([...scenes].map(([id, scene]) => [id, scene.version])) : null
      },
      text: (storyId, sceneId) => {
        if (fails) return Promise.reject(new TypeError('gone'))
        return Promise.resolve(texts.get(storyId)?.get(sceneId)?.text ?? '')
      },
    },
  })
}

function write(storyId: string, sceneId: string, text: string, version = text): void {
  const scenes = texts.get(storyId) ?? new Map<string, { version: string; text: string }>()
  texts.set(storyId, scenes.set(sceneId, { version, text }))
}

function all(storyId: string): Map<string, string> {
  return new Map([...(texts.get(storyId) ?? [])].map(([id, scene]) => [id, scene.version]))
}

const ask = (retrieval: Retrieval, terms: string[], lineage = all('st')) =>
  retrieval.search({ storyId: 'st', lineage, terms, mentions: [], limit: 10 })

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'loom-index-'))
  index = openFtsIndex(join(folder, 'index.db'))
  texts.clear()
  fails = false
})
afterEach(() => {
  index.close()
  rmSync(folder, { recursive: true })
})

describe('search', () => {
  test('[RT10] an answer names its mode, arms and lag; stems and accents match', async () => {
    write('st', 'a', 'The lanterns were lit along the café wall.')
    write('st', 'b', 'Nothing but rain.')
    const answer = await ask(make(), ['lantern', 'cafe'])
    expect(answer).toMatchObject({ mode: 'lexical', degradedReason: null, indexLag: 0 })
    expect(answer.arms).toEqual([expect.objectContaining({ name: 'lexical', n: 1, error: null })])
    expect(answer.hits.map((hit) => hit.sceneId)).toEqual(['a'])
  })

  test('[RT5] another story, another branch and an old version never answer', async () => {
    const retrieval = make()
    write('other', 'a', 'A secret lantern.')
    write('st', 'a', 'A lantern, first version.')
    retrieval.changed('other')
    await ask(retrieval, ['lantern'])
    expect((await ask(retrieval, ['lantern'], new Map())).hits).toEqual([])
    const old = all('st')
    write('st', 'a', 'A lantern, second version.')
    retrieval.changed('st')
    await retrieval.settled()
    expect((await ask(retrieval, ['lantern'], old)).hits).toEqual([])
    const now = await ask(retrieval, ['lantern'])
    expect(now.hits.map((hit) => hit.text)).toEqual(['A lantern, second version.'])
    await retrieval.settled()
  })

  test('[RT13] a deleted or damaged file is rebuilt and answers as before', async () => {
    write('st', 'a', 'The lantern again.')
    const before = await ask(make(), ['lantern'])
    index.close()
    for (const content of [null, 'this is no database at all, only some text that is long enough to be looked at']) {
      for (const ending of ['', '-wal', '-shm']) rmSync(join(folder, `index.db${ending}`), { force: true })
      if (content !== null) writeFileSync(join(folder, 'index.db'), content.repeat(50))
      index = openFtsIndex(join(folder, 'index.db'))
      expect((await ask(make(), ['lantern'])).hits).toEqual(before.hits)
      index.close()
    }
    expect(existsSync(join(folder, 'index.db'))).toBe(true)
    index = openFtsIndex(join(folder, 'index.db'))
  })

  test('[RT14] the same text in two scenes is stored once and goes only with the last of them', async () => {
    write('st', 'a', 'One lantern.', 'v1')
    write('st', 'b', 'One lantern.', 'v1')
    const retrieval = make()
    await ask(retrieval, ['lantern'])
    expect(retrieval.stats()).toMatchObject({ chunks: 2, texts: 1 })
    texts.get('st')?.delete('a')
    retrieval.changed('st')
    await retrieval.settled()
    expect(retrieval.stats()).toMatchObject({ chunks: 1, texts: 1 })
    texts.get('st')?.delete('b')
    retrieval.changed('st')
    await retrieval.settled()
    expect(retrieval.stats()).toMatchObject({ chunks: 0, texts: 0 })
  })

  test('[RT15] without an index, and with one that fails, the answer is empty with its reason', async () => {
    write('st', 'a', 'One lantern.')
    expect(await ask(make({ index: null }), ['lantern'])).toMatchObject({ mode: 'none', hits: [] })
    const broken: FtsIndex = {
      ...index,
      search: () => {
        throw new RangeError('no')
      },
    }
    const answer = await ask(make({ index: broken }), ['lantern'])
    expect(answer).toMatchObject({ mode: 'none', degradedReason: 'The search index failed.' })
    expect(answer.arms[0]?.error).toBe('RangeError')
  })

  test('[RT10] a text that cannot be read shows as lag and reason, not as silence', async () => {
    write('st', 'a', 'One lantern.')
    fails = true
    const retrieval = make()
    const answer = await ask(retrieval, ['lantern'])
    expect(answer).toMatchObject({ indexLag: 1, degradedReason: '1 scenes are not indexed yet.' })
    await retrieval.settled()
    expect(retrieval.stats().lastError).toBe('TypeError')
  })
})

describe('leaks', () => {
  test('[RT5] no chunk from outside the lineage or of a stale version, over generated graphs with edits', async () => {
    // Each scene holds one word nobody else has, per version, and words all share.
    const property = fc.asyncProperty(
      fc.array(fc.record({ parent: fc.nat(), fork: fc.boolean(), second: fc.option(fc.nat()) }), {
        minLength: 3,
        maxLength: 25,
      }),
      fc.array(fc.nat(), { maxLength: 6 }),
      fc.nat(),
      async (shape, edits, headAt) => {
        texts.clear()
        const scenes = new Map<string, { id: string; branchId: string }>()
        const incoming = new Map<string, { from: string; order: number }[]>()
        const branches = new Map<string, { parentId: string | null; forkSceneId: string | null }>([
          ['b0', { parentId: null, forkSceneId: null }],
        ])
        shape.forEach((step, i) => {
          const id = `s${i}`
          const from = i === 0 ? null : `s${step.parent % i}`
          let branchId = from === null ? 'b0' : (scenes.get(from)?.branchId ?? 'b0')
          if (from !== null && step.fork) {
            branches.set(`b${i}`, { parentId: branchId, forkSceneId: from })
            branchId = `b${i}`
          }
          scenes.set(id, { id, branchId })
          if (from !== null) incoming.set(id, [{ from, order: 0 }])
          if (from !== null && step.second !== null) incoming.get(id)?.push({ from: `s${step.second % i}`, order: 1 })
          write('st', id, `shared rope lantern only${i}v0`, `${id}v0`)
        })
        const retrieval = make()
        retrieval.changed('st')
        await retrieval.settled()
        edits.forEach((at, n) => {
          const i = at % shape.length
          write('st', `s${i}`, `shared rope lantern only${i}v${n + 1}`, `s${i}v${n + 1}`)
        })
        const headId = `s${headAt % shape.length}`
        const branchId = scenes.get(headId)?.branchId ?? 'b0'
        const ids = lineageOf({ scenes, incoming, branches }, { headId, branchId })
        expect(ids.at(-1)).toBe(headId)
        const now = all('st')
        const lineage = new Map(ids.map((id) => [id, now.get(id) ?? '']))
        const allowed = new Set(ids.map((id) => texts.get('st')?.get(id)?.text))
        for (const patience of [true, false]) {
          if (patience) {
            retrieval.changed('st')
            await retrieval.settled()
          }
          const terms = queryTerms({ sceneText: 'shared rope', instruction: 'lantern', mentions: [] })
          const { hits } = await retrieval.search({ storyId: 'st', lineage, terms, mentions: [], limit: 50 })
          for (const hit of hits) expect(allowed.has(hit.text)).toBe(true)
          if (patience) expect(new Set(hits.map((hit) => hit.sceneId))).toEqual(new Set(ids))
        }
      },
    )
    await fc.assert(property, { seed: 20260, numRuns: 120 })
  }, 60_000)
})
