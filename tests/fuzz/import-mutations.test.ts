import { Worker } from 'node:worker_threads'
import { zipSync } from 'fflate'
import { afterAll, describe, expect, it } from 'vitest'
import { FORMATS, importFile } from '#lib/exchange/formats.ts'
import { LIMITS } from '#lib/exchange/limits.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import { countFigures } from '#tests/matrix/figures.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import type { FuzzTask } from '#tests/support/import-fuzz-thread.ts'

// Damaged files: every reader refuses with a reason or gives a sound document that can be stored; none throws, none
// outlives its limits. Rules EX6, EX107 and F5. The deep run sets LOOM_FUZZ_CASES=10000.

const CASES = Number(process.env['LOOM_FUZZ_CASES'] ?? 1000)

const twee =
  ':: StoryTitle\nT\n\n:: StoryData\n{"ifid":"D674C58C-DEFA-4F70-B7A2-27742230C0FC","start":"A","loom":{"v":1}}\n\n:: A [x y] {"position":"1,2","size":"100,100","loom":{"id":"sc_1","branch":"br_1","edges":[]}}\n*hi* [[B]] (link-goto: "x", "B")\n\n[[go->B]]\n[[B<-go]]\n\n:: B\nend\n'
const html =
  '<html><tw-storydata name="T" startnode="1" ifid="D674C58C-DEFA-4F70-B7A2-27742230C0FC" zoom="1"><style type="text/twine-css">b{}</style><script type="text/twine-javascript">1</script><tw-tag name="a" color="red"></tw-tag><tw-passagedata pid="1" name="A" tags="a" position="1,2" size="100,100">x &lt;b&gt; [[B]]</tw-passagedata><tw-passagedata pid="2" name="B">y</tw-passagedata></tw-storydata></html>'
const md =
  '---\ntitle: T\n---\n# T\n\n## A\n\n*x* **y** `z` [go](/b?key#set) ![p](q)\n\n> q\n> - l\n\n1. a\n2. b\n\n```\nc\n```\n\n## B\n\nend\n'
const txt = 'Chapter One\n\nText here.\n\n* * *\n\nMore.\n\nCHAPTER II\n\nEnd.\n'
const encode = (text: string) => new TextEncoder().encode(text)

/** One good file per reader; a new reader without one fails below. */
function corpus(): Record<string, { name: string; bytes: Uint8Array }> {
  const blobs = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])
  const archive = FORMATS.find((f) => f.id === 'archive')?.write?.(
    { document: wholeStory(), blobs, playerScript: '' },
    fakeExchangePorts(),
  )
  return {
    twee3: { name: 'a.twee', bytes: encode(twee) },
    'twine-html': { name: 'a.html', bytes: encode(html) },
    markdown: { name: 'a.md', bytes: encode(md) },
    'plain-text': { name: 'a.txt', bytes: encode(txt) },
    archive: { name: 'a.zip', bytes: archive?.bytes ?? new Uint8Array() },
  }
}

/** Runs the mutations in a thread with a reader's memory, and kills it when one case takes more work than a reader may. */
function fuzz(task: Omit<FuzzTask, 'at'>): Promise<string | null> {
  const at = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL('../support/import-fuzz-thread.ts', import.meta.url), {
    workerData: { ...task, at } satisfies FuzzTask,
    resourceLimits: { maxOldGenerationSizeMb: FILE_LIMITS.readerMemoryMb },
    execArgv: ['--disable-warning=ExperimentalWarning'],
  })
  let begun = { at: -1, cpuMs: 0 }
  return new Promise<string | null>((resolve, reject) => {
    const look = setInterval(() => {
      thread.cpuUsage().then(
        ({ user, system }) => {
          const now = { at: Atomics.load(at, 0), cpuMs: (user + system) / 1000 }
          if (now.at !== begun.at) begun = now
          else if (now.cpuMs - begun.cpuMs > FILE_LIMITS.readerCpuMs) resolve(`mutation ${now.at} had to be killed`)
        },
        // The thread ended meanwhile; its own events say how.
        () => undefined,
      )
    }, 200)
    thread.once('message', resolve)
    thread.once('error', reject)
    thread.once('exit', () => {
      clearInterval(look)
      reject(new Error('the thread ended without an answer'))
    })
  }).finally(() => void thread.terminate())
}

describe('damaged imports', () => {
  const readers = FORMATS.filter((format) => format.read).map((format) => format.id)
  let read = 0
  afterAll(() => {
    if (read === readers.length) countFigures('imports', { importers: readers.length, cases: readers.length * CASES })
  })
  it.each(readers)(
    `[EX6] [EX107] [F5] ${CASES.toLocaleString('en')} mutations of a %s file: a reason or a story that can be stored, within its limits`,
    async (format) => {
      const file = corpus()[format]
      if (!file) throw new Error(`the reader ${format} has no file to begin with`)
      expect(await fuzz({ fileName: file.name, bytes: file.bytes, format, cases: CASES })).toBeNull()
      read++
    },
    CASES * 200,
  )
  it('[EX4] limits: names that leave the folder, bombs, nesting, deep JSON', () => {
    const kindOf = (bytes: Uint8Array) => {
      const read = importFile({ fileName: 'x.zip', bytes }, fakeExchangePorts())
      return read.ok ? 'ok' : read.error.kind
    }
    const plain = encode('{}')
    for (const name of [
      '../x',
      'a/../../x',
      '/etc/x',
      'a\\b',
      'C:/x',
      '~/x',
      '.hidden',
      'a/./b',
      'x\u0000y',
      '%2e%2e/x',
      'a'.repeat(300),
      'b/\u2025/x',
    ]) {
      expect([name, kindOf(zipSync({ [name]: plain }))]).toEqual([name, 'unsafe-archive'])
    }
    expect(kindOf(zipSync({ 'a.zip': plain }))).toBe('unsafe-archive')
    expect(kindOf(zipSync({ bomb: new Uint8Array(20_000_000) }))).toBe('unsafe-archive')
    expect(kindOf(zipSync(Object.fromEntries(Array.from({ length: 5001 }, (_, i) => [`f${i}`, plain]))))).toBe(
      'too-large',
    )
    const nested = (depth: number) =>
      kindOf(zipSync({ 'manifest.json': encode('['.repeat(depth) + ']'.repeat(depth)) }))
    // At the limit it is read, and is no manifest.
    expect([LIMITS.jsonDepth, nested(64), nested(65)]).toEqual([64, 'damaged', 'too-deep'])
    expect(kindOf(zipSync({ 'manifest.json': plain }))).toBe('damaged')
    const large = importFile(
      { fileName: 'x.txt', bytes: new Uint8Array(50 * 1024 * 1024 + 1).fill(97) },
      fakeExchangePorts(),
    )
    expect(large).toMatchObject({ ok: false, error: { kind: 'too-large' } })
  })
  it('[EX9] hostile repetition stays quick', () => {
    const size = 100_000
    for (const unit of [
      '[[',
      '[[a',
      '<!--',
      '`',
      '**',
      '*a',
      '::\n',
      '[a](',
      '<tw-storydata ',
      '\\',
      '_a',
      '> ',
      '- ',
      '![',
      '{"a":',
    ]) {
      const bytes = encode(':: A\n' + unit.repeat(Math.ceil(size / unit.length)))
      for (const format of FORMATS) {
        if (!format.read || format.id === 'archive') continue
        importFile({ fileName: 'x', bytes }, fakeExchangePorts(), format.id)
      }
    }
  }, 600_000)
})
