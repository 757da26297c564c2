import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { importFile } from '../formats.ts'
import { markdownToProse } from '../prose-markdown-in.ts'
import { proseToPlain } from '../prose-plain.ts'
import type { ProseBlock, StoryDocument } from '../story-document.ts'
import { twee3 } from './twee3.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
function read(text: string | Uint8Array, seed = 1) {
  const result = importFile(
    { fileName: 'story.twee', bytes: typeof text === 'string' ? bytes(text) : text },
    fakeExchangePorts(seed),
    'twee3',
  )
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
function write(document: StoryDocument): string {
  const out = twee3.write?.({ document, blobs: new Map(), playerScript: '' }, fakeExchangePorts())
  return new TextDecoder().decode(out?.bytes)
}
const scene = (document: StoryDocument, title: string) => {
  const found = document.scenes.find((s) => s.title === title)
  if (!found) throw new Error(`no scene ${title}`)
  return found
}
const choices = (document: StoryDocument, title: string) =>
  document.edges
    .filter((e) => e.from === scene(document, title).id)
    .map((e) => `${e.choiceText} -> ${document.scenes.find((s) => s.id === e.to)?.title}`)
/** The whole story with a text that has emphasis, and an empty paragraph, for which Markdown has no sign. */
function storyWithEmphasis(): StoryDocument {
  const whole = wholeStory()
  const prose: ProseBlock[] = [...markdownToProse('Salt **and** rope.', { wiki: true }), { type: 'paragraph' }]
  return { ...whole, scenes: whole.scenes.map((one) => (one.title === 'Boat' ? { ...one, prose } : one)) }
}
/** Edges come back grouped by scene. */
const byId = (edges: StoryDocument['edges']) => edges.toSorted((a, b) => (a.id < b.id ? -1 : 1))
const codes = (report: { warnings: { code: string }[] }) => report.warnings.map((w) => w.code)

describe('Twee 3', () => {
  it('[EX40] header parts need no spaces between them', () => {
    const { document } = read(':: Start[grey two]{"position":"10,20","size":"100,200"}\nHello\n\n::Next\nBye')
    expect(scene(document, 'Start')).toMatchObject({ tags: ['grey', 'two'], x: 10, y: 20, width: 100, height: 200 })
    expect(proseToPlain(scene(document, 'Next').prose)).toBe('Bye')
  })
  it('[EX41] backslash escapes in names and tags are decoded, and outer spaces survive when escaped', () => {
    const { document } = read(':: a\\[b\\]\\{c\\} \\\\d [t\\]g]\nx\n\n:: \\ edge\\ \ny')
    expect(document.scenes.map((s) => s.title)).toEqual(['a[b]{c} \\d', ' edge '])
    expect(document.scenes[0]?.tags).toEqual(['t]g'])
  })
  it('[EX42] a body line that begins with two colons is escaped and comes back', () => {
    const { document } = read(':: Start\n\\:: not a passage\n\\\\:: nor this')
    expect(proseToPlain(scene(document, 'Start').prose)).toBe(':: not a passage\n\\:: nor this')
    expect(read(write(document)).document.scenes).toEqual(document.scenes)
  })
  it('[EX20] all link forms, setters cut, external left alone, one line only', () => {
    const { document, report } = read(
      ':: Start\nGo [[A]] or [[to a->A]] or [[A<-back]] or [[bar|A]] or [[set|A][$x to 1]] or [[web->https://example.org]] or [[a->b->A]]\n[[0,0],\n[1]]\n\n:: A\nend',
    )
    expect(choices(document, 'Start')).toEqual([
      'A -> A',
      'to a -> A',
      'back -> A',
      'bar -> A',
      'set -> A',
      'a->b -> A',
    ])
    expect(codes(report)).toContain('setter')
  })
  it('[EX21] links on lines of their own at the end become choices and leave the text', () => {
    const { document } = read(':: Start\nText\n\n[[Left->A]]\n[[Right->A]]\n\n:: A\nend')
    expect(proseToPlain(scene(document, 'Start').prose)).toBe('Text')
    expect(choices(document, 'Start')).toEqual(['Left -> A', 'Right -> A'])
    expect(write(document)).toContain('Text\n\n[[Left->A]]\n[[Right->A]]')
  })
  it('[EX22] escaped links and links in comments or scripts are no links', () => {
    const { document } = read(
      ':: Start\n``[[A]]`` <!-- [[A]] --> \\[[A]] {{{[[A]]}}}\nreal [[A]] here\n\n:: A\nx\n\n:: S [script]\n// [[A]]',
    )
    expect(choices(document, 'Start')).toHaveLength(1)
    expect(document.scenes).toHaveLength(2)
  })
  it('[EX23] a link to nowhere stays in the text with a warning', () => {
    const { document, report } = read(':: Start\nGo\n\n[[Nowhere]]')
    expect(document.edges).toEqual([])
    expect(codes(report)).toContain('broken-link')
    expect(proseToPlain(scene(document, 'Start').prose)).toContain('[[Nowhere]]')
  })
  it('[EX24] macros that jump make dynamic edges', () => {
    const { document } = read(
      ':: Start\n(link-goto: "go on", "A") <<include "B">> {reveal link: \'x\', passage: \'A\'}\n\n:: A\n<<goto "B">>\n\n:: B\nx',
    )
    expect(document.edges.map((e) => [e.type, e.choiceText, e.dynamic])).toEqual([
      ['choice', 'go on', true],
      ['references', '', true],
      ['choice', 'x', true],
      ['next', '', true],
    ])
    expect(read(write(document)).document).toEqual(document)
  })
  it('[EX25] duplicate names keep both passages and warn', () => {
    const { document, report } = read(':: A\none\n\n:: A\ntwo [[A]]\n\n:: A (2)\nthree')
    expect(document.scenes.map((s) => s.title)).toEqual(['A', 'A (3)', 'A (2)'])
    expect(codes(report)).toContain('duplicate-name')
    expect(document.edges[0]?.to).toBe(document.scenes[0]?.id)
    expect(read(write(document)).document).toEqual(document)
  })
  it('[EX26] equal choices to one target stay apart', () => {
    const { document } = read(':: A\nx [[B]] y [[B]] z\n\n:: B\nend')
    expect(document.edges).toHaveLength(2)
    expect(document.edges[1]?.foreign).toEqual({ copy: 2 })
    expect(read(write(document)).document).toEqual(document)
  })
  it('[EX43] script and style passages go to the foreign bag and back', () => {
    const text = ':: StoryTitle\nT\n\n:: Start\nx\n\n:: Code [script]\nalert(1)\n\n:: Look [stylesheet]\nbody {}\n'
    const { document } = read(text)
    expect(document.scenes.map((s) => s.title)).toEqual(['Start'])
    expect(write(document)).toContain(':: Code [script]\nalert(1)\n\n:: Look [stylesheet]\nbody {}')
    expect(scene(read(':: Both [script stylesheet]\nx').document, 'Both').tags).toEqual(['script', 'stylesheet'])
  })
  it('[EX44] damaged StoryData and metadata are kept and warned of', () => {
    const { document, report } = read(':: Start {"position}\nSome\n\n:: StoryData\n{"ifid": 2B')
    expect(codes(report)).toEqual(expect.arrayContaining(['header', 'story-data']))
    expect(scene(document, 'Start').foreign).toEqual({ twine: { damaged: '{"position}' } })
    expect(read(write(document)).document).toEqual(document)
  })
  it('[EX2] a second StoryData and tags that are too many, too long or equal have their entries', () => {
    const many = Array.from({ length: 42 }, (_, i) => `t${i}`).join(' ')
    const { document, report } = read(
      `:: StoryData\n{"ifid":"${'A'.repeat(8)}","start":"B"}\n\n:: StoryData\n{"start":"A"}\n\n:: A [${many}]\na\n\n:: B [x x ${'y'.repeat(61)}]\nb\n`,
    )
    expect(document.story.startSceneId).toBe(scene(document, 'B').id)
    expect(scene(document, 'A').tags).toHaveLength(40)
    expect(scene(document, 'B').tags).toEqual(['x', 'y'.repeat(59) + '…'])
    expect(report.dropped).toMatchObject([
      { code: 'story-data', place: { line: 4 } },
      { code: 'tag', message: expect.stringContaining('t40 t41') as unknown, place: { scene: 'A' } },
    ])
    expect(report.changed.filter((entry) => entry.code === 'tag').map((entry) => entry.place.scene)).toEqual(['B', 'B'])
  })
  it('[EX45] start by name, by number, by default', () => {
    const startOf = (text: string) => {
      const { document } = read(text)
      return document.scenes.find((s) => s.id === document.story.startSceneId)?.title
    }
    expect(startOf(':: StoryData\n{"start":"B"}\n\n:: A\nx\n\n:: B\ny')).toBe('B')
    expect(startOf(':: StoryData\n{"start":"2"}\n\n:: A\nx\n\n:: B\ny')).toBe('B')
    expect(startOf(':: A\nx\n\n:: Start\ny')).toBe('Start')
    expect(startOf(':: A\nx\n\n:: B\ny')).toBe('A')
  })
  it('[EX46] what Twee cannot say comes back from our notes', () => {
    const whole = storyWithEmphasis()
    const { document } = read(write(whole))
    expect({ ...document, edges: byId(document.edges) }).toEqual({ ...whole, panels: [], records: {} })
    const bare = read(write(whole).replaceAll('"loom"', '"else"')).document
    expect(bare.branches).toHaveLength(1)
    expect(bare.scenes.filter(({ id }) => whole.scenes.some((one) => one.id === id))).toEqual([])
    expect(bare.edges.filter(({ condition }) => condition !== null)).toEqual([])
    expect(bare.scenes.map(({ type }) => type)).not.toContain('chapter')
  })
  it('[EX46] where a text was changed since, the text counts, and the notes that still fit it are used', () => {
    const whole = storyWithEmphasis()
    const edited = write(whole)
      .replace('Salt **and** rope.', 'Salt **or** rope.')
      .replace('[[go->Home]]\n', '')
      .replace('[[wait->Shore]]', '[[rest->Shore]]')
    const { document, report } = read(edited)
    expect(scene(document, 'Boat').prose).toEqual(markdownToProse('Salt **or** rope.', { wiki: true }))
    const [first, second, , ...rest] = whole.edges
    const wait = rest.pop()
    expect(wait).toMatchObject({ id: 'ed_6', choiceText: 'wait', once: true })
    expect(byId(document.edges)).toEqual([first, second, ...rest, { ...wait, choiceText: 'rest' }])
    expect(report.dropped).toMatchObject([{ code: 'link-removed', place: { scene: 'Shore' } }])
    expect(report.changed).toMatchObject([{ code: 'edited-elsewhere', place: { scene: 'Boat' } }])
  })
  it('[EX30] passages without position are placed apart', () => {
    const { document } = read(':: Start\n[[A]]\n[[B]]\n\n:: A\nx\n\n:: B\ny')
    const spots = document.scenes.map((s) => `${s.x},${s.y}`)
    expect(new Set(spots).size).toBe(3)
    expect(document.scenes.every((s) => Number.isInteger(s.x) && Number.isInteger(s.y))).toBe(true)
  })
  it('[EX6] a file without passages is refused with the reason', () => {
    const result = importFile({ fileName: 'x.twee', bytes: bytes('hello') }, fakeExchangePorts(), 'twee3')
    expect(result).toMatchObject({ ok: false, error: { kind: 'damaged' } })
  })
})

const shared = join(import.meta.dirname, '../../../../shared/fixtures')
for (const folder of ['twee-cases', 'twee-cookbook']) {
  const at = join(shared, folder)
  const present = existsSync(at)
  describe.skipIf(!present)(
    `Twee files of others: ${folder}${present ? '' : ' (skipped: the folder of shared fixtures is absent)'}`,
    () => {
      const files = present
        ? readdirSync(at).filter((name) => name.endsWith('.twee') || name.endsWith('_twee.txt'))
        : []
      it.each(files)('[EX7] %s: import, export, import gives the same story and the same bytes', (name) => {
        const first = read(new Uint8Array(readFileSync(join(at, name))))
        expect(first.document.scenes.length).toBeGreaterThan(0)
        const written = write(first.document)
        const second = read(written, 99)
        expect(second.document).toEqual(first.document)
        expect(write(second.document)).toBe(written)
      })
    },
  )
}

const noShared = existsSync(shared) ? '' : ' (skipped: the folder of shared fixtures is absent)'
describe.skipIf(noShared !== '')(`what the fixtures must become${noShared}`, () => {
  const load = (path: string) => read(new Uint8Array(readFileSync(join(shared, path))))
  it('[EX7] example.twee: 6 passages and 6 links with positions', () => {
    const { document } = load('twee-cases/example.twee')
    expect(document.scenes).toHaveLength(6)
    expect(document.edges).toHaveLength(6)
    expect(scene(document, 'A third passage')).toMatchObject({ x: 350, y: 288, width: 100, height: 100 })
  })
  it('[EX7] arrays, comments and escapes in the cookbook make no edges', () => {
    expect(load('twee-cookbook/sugarcube_hiddenlink_twee.txt').document.edges).toHaveLength(3)
    expect(load('twee-cookbook/harlowe_markup_twee.txt').document.edges).toHaveLength(0)
    const maze = load('twee-cookbook/sugarcane_dungeonmoving_twee.txt')
    expect(maze.document.scenes.some((s) => s.title === 'North')).toBe(true)
    expect(maze.report.changed.map((c) => c.code)).toContain('byte-order-mark')
  })
  it('[EX7] storydataerror.twee keeps the raw text and all code passages in order', () => {
    const { document, report } = load('twee-cases/storydataerror.twee')
    expect(codes(report)).toContain('story-data')
    const bag = document.story.foreign['twine'] as { code: { name: string }[]; data: { damaged: string } }
    expect(bag.code.map((c) => c.name)).toEqual(['Script1', 'Script2', 'Style1', 'Style2'])
    expect(bag.data.damaged).toContain('2B68ECD6')
  })
})
