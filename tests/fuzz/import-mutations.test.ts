import { zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import { FORMATS, importFile } from '#lib/exchange/formats.ts'
import { lossReport } from '#lib/exchange/report.ts'
import { danglingEdges, storyDocument } from '#lib/exchange/story-document.ts'
import { randomInt, seededRandom } from '#lib/kernel/random.ts'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'

// Damaged files: every reader refuses with a reason or gives a sound document; none throws. Rule EX6.

const twee =
  ':: StoryTitle\nT\n\n:: StoryData\n{"ifid":"D674C58C-DEFA-4F70-B7A2-27742230C0FC","start":"A","loom":{"v":1}}\n\n:: A [x y] {"position":"1,2","size":"100,100","loom":{"id":"sc_1","branch":"br_1","edges":[]}}\n*hi* [[B]] (link-goto: "x", "B")\n\n[[go->B]]\n[[B<-go]]\n\n:: B\nend\n'
const html =
  '<html><tw-storydata name="T" startnode="1" ifid="D674C58C-DEFA-4F70-B7A2-27742230C0FC" zoom="1"><style type="text/twine-css">b{}</style><script type="text/twine-javascript">1</script><tw-tag name="a" color="red"></tw-tag><tw-passagedata pid="1" name="A" tags="a" position="1,2" size="100,100">x &lt;b&gt; [[B]]</tw-passagedata><tw-passagedata pid="2" name="B">y</tw-passagedata></tw-storydata></html>'
const md =
  '---\ntitle: T\n---\n# T\n\n## A\n\n*x* **y** `z` [go](/b?key#set) ![p](q)\n\n> q\n> - l\n\n1. a\n2. b\n\n```\nc\n```\n\n## B\n\nend\n'
const txt = 'Chapter One\n\nText here.\n\n* * *\n\nMore.\n\nCHAPTER II\n\nEnd.\n'
const encode = (text: string) => new TextEncoder().encode(text)

function corpus(): { name: string; bytes: Uint8Array }[] {
  const read = importFile({ fileName: 'a.twee', bytes: encode(twee) }, fakeExchangePorts())
  if (!read.ok) throw new Error('the seed file is read')
  const archive = FORMATS.find((f) => f.id === 'archive')?.write?.(
    { document: read.value.document, blobs: new Map(), playerScript: '' },
    fakeExchangePorts(),
  )
  return [
    { name: 'a.twee', bytes: encode(twee) },
    { name: 'a.html', bytes: encode(html) },
    { name: 'a.md', bytes: encode(md) },
    { name: 'a.txt', bytes: encode(txt) },
    { name: 'a.zip', bytes: archive?.bytes ?? new Uint8Array() },
  ]
}

function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = [...bytes]
  for (let n = randomInt(random, 1, 6); n > 0; n--) {
    const at = randomInt(random, 0, Math.max(0, out.length - 1))
    const kind = randomInt(random, 0, 4)
    if (kind === 0) out[at] = randomInt(random, 0, 255)
    else if (kind === 1) out = out.slice(0, at)
    else if (kind === 2) out.splice(at, randomInt(random, 1, 30))
    else if (kind === 3) out.splice(at, 0, ...out.slice(at, at + randomInt(random, 1, 60)))
    else
      out.splice(
        at,
        0,
        ...encode(
          ['[[', ']]', '::', '{', '"', '<tw-storydata ', '-->', '\\', '**', '](', '```', '\u{1F980}'][
            randomInt(random, 0, 11)
          ] ?? '',
        ),
      )
  }
  return new Uint8Array(out)
}

describe('damaged imports', () => {
  it.each(corpus().map((file) => [file.name, file] as const))(
    '[EX6] 1,000 mutations of %s: a reason or a sound story, never a throw',
    (_name, file) => {
      const random = seededRandom(20261120)
      for (let i = 0; i < 1000; i++) {
        const bytes = mutate(file.bytes, random)
        let read
        try {
          read = importFile({ fileName: file.name, bytes }, fakeExchangePorts(i))
        } catch (cause) {
          throw new Error(`mutation ${i} of ${file.name} threw: ${String(cause)}`, { cause })
        }
        if (!read.ok) {
          expect(read.error.message.length).toBeGreaterThan(10)
          continue
        }
        const parsed = storyDocument.safeParse(read.value.document)
        if (!parsed.success) throw new Error(`mutation ${i} of ${file.name}: ${JSON.stringify(parsed.error.issues[0])}`)
        expect(danglingEdges(read.value.document)).toEqual([])
        expect(lossReport.safeParse(read.value.report).success).toBe(true)
      }
    },
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
    expect(kindOf(zipSync({ 'manifest.json': encode('['.repeat(100) + ']'.repeat(100)) }))).toBe('too-deep')
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
