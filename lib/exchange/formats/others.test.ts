import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { importFile } from '../formats.ts'
import { proseToPlain } from '../prose-plain.ts'
import type { LossReport } from '../report.ts'
import type { StoryDocument } from '../story-document.ts'

function read(fileName: string, text: string) {
  const result = importFile({ fileName, bytes: new TextEncoder().encode(text) }, fakeExchangePorts())
  if (!result.ok) throw new Error(result.error.message)
  return result.value
}
const titles = (document: StoryDocument) => document.scenes.map((scene) => scene.title)
const ways = (document: StoryDocument) =>
  document.edges.map((edge) => {
    const name = (id: string) => document.scenes.find((scene) => scene.id === id)?.title
    return `${name(edge.from)} -[${edge.choiceText}]-> ${name(edge.to)}`
  })
const text = (document: StoryDocument, title: string) =>
  proseToPlain(document.scenes.find((scene) => scene.title === title)?.prose ?? [])

describe('Twine HTML', () => {
  const page = (inside: string, attributes = 'startnode="2"') =>
    `<html><script>x = '<tw-storydata name="no">'</script><tw-storydata name="A &amp; B" ${attributes} ifid="D674C58C-DEFA-4F70-B7A2-27742230C0FC" format="Harlowe" zoom="0.5">${inside}</tw-storydata></html>`
  const two =
    '<tw-passagedata pid="1" name="One" tags="a b" position="10.4,20" size="100,200">Go &lt;b&gt; [[Two]]</tw-passagedata><tw-passagedata pid="2" name="Two">end</tw-passagedata>'
  it('[EX50] attributes, entities, start, colours and code', () => {
    const { document } = read(
      'x.html',
      page(
        `<style role="stylesheet" type="text/twine-css">b{}</style><script type="text/twine-javascript">alert(1)</script><tw-tag name="a" color="red"></tw-tag>${two}`,
      ),
    )
    expect(document.story.title).toBe('A & B')
    expect(titles(document)).toEqual(['One', 'Two'])
    expect(document.scenes[0]).toMatchObject({ tags: ['a', 'b'], x: 10, y: 20, width: 100, height: 200 })
    expect(text(document, 'One')).toBe('Go <b> [[Two]]')
    expect(document.story.startSceneId).toBe(document.scenes[1]?.id)
    expect(document.story.foreign['twine']).toMatchObject({
      data: { zoom: 0.5, format: 'Harlowe', 'tag-colors': { a: 'red' } },
      code: [{ kind: 'stylesheet' }, { kind: 'script', text: 'alert(1)' }],
    })
  })
  it('[EX51] a player that names the element is not the story; other stories of an archive are named', () => {
    const { document, report } = read('x.html', page(two) + '<tw-storydata name="Other"></tw-storydata>')
    expect(document.story.title).toBe('A & B')
    expect(report.dropped.map((entry) => entry.message).join()).toContain('Other')
  })
  it('[EX6] damaged: unclosed, unescaped, no start', () => {
    const { document, report } = read('x.html', '<tw-storydata name="X"><tw-passagedata pid="1" name="P">a <i>b</i>')
    expect(titles(document)).toEqual(['P'])
    expect(report.warnings.map((entry) => entry.code)).toEqual(
      expect.arrayContaining(['unclosed', 'unescaped', 'start', 'no-ifid']),
    )
  })
})

describe('Markdown', () => {
  it('[EX60] headings part scenes; a fence hides headings', () => {
    const { document } = read('x.md', '# T\n\nblurb\n\n## A\n\none\n\n```\n## not\n```\n\n## B\n\ntwo')
    expect(document.story.title).toBe('T')
    expect(titles(document)).toEqual(['blurb', 'A', 'B'])
    expect(text(document, 'A')).toContain('## not')
  })
  it('[EX61] links become choices with states; links alone leave the text', () => {
    const { document } = read(
      'x.md',
      '# T\n\n## Start here\n\nSee [the door](#the-door) now.\n\n- [open](/the-door?key#seen)\n- [web](https://example.org)\n\n## The door\n\n[gone](/nowhere)',
    )
    expect(ways(document)).toEqual(['Start here -[the door]-> The door', 'Start here -[open]-> The door'])
    expect(document.variables.map((variable) => variable.name)).toEqual(['key', 'seen'])
    expect(document.edges[1]).toMatchObject({
      condition: { op: 'compare', by: 'eq', value: true },
      effects: [{ op: 'set', value: true }],
    })
    expect(text(document, 'Start here')).toBe('See the door now.\n\n- web')
    expect(text(document, 'The door')).toBe('gone')
  })
  it('[EX62] without links the scenes follow one another', () => {
    expect(ways(read('x.md', '# T\n\n## A\n\nx\n\n## B\n\ny\n\n## C\n\nz').document)).toEqual([
      'A -[]-> B',
      'B -[]-> C',
    ])
  })
})

describe('nothing goes silently', () => {
  const long = 'word '.repeat(60).trim()
  const entries = (report: LossReport) =>
    [...report.changed, ...report.dropped, ...report.warnings].map((entry) => entry.code)
  it('[EX2] [EX63] Markdown choice words that do not fit stay in the text, with an entry', () => {
    const { document, report } = read('x.md', `# T\n\n## A\n\n[${long}](/b)\n\n[**two** parts](/b)\n\n## B\n\nend`)
    expect(text(document, 'A')).toBe(long)
    expect(document.edges.map((edge) => edge.choiceText.length)).toEqual([200, 9])
    expect(document.edges[1]?.choiceText).toBe('two parts')
    expect(report.changed).toMatchObject([{ code: 'choice-text', place: { scene: 'A' } }])
  })
  it('[EX2] long Markdown titles, addresses and emphasis in headings', () => {
    const { document, report } = read('x.md', `# ${long}\n\n## ${long}\n\nx\n\n## [*B*](?key)\n\ny`)
    expect(document.story.title).toHaveLength(200)
    expect(titles(document).map((title) => title.length)).toEqual([200, 1])
    expect(entries(report).filter((code) => code !== 'linear')).toEqual(['heading', 'title', 'title', 'heading-link'])
  })
  it('[EX2] [EX63] front matter is kept with the story', () => {
    const { document, report } = read('x.md', '---\ntitle: T\nauthor: Mara\n---\n\n## A\n\nx')
    expect(document.story).toMatchObject({
      title: 'T',
      foreign: { markdown: { frontMatter: 'title: T\nauthor: Mara' } },
    })
    expect(entries(report)).toEqual(['front-matter'])
  })
  it('[EX2] [EX52] Twine HTML: positions that cannot be read are kept, elements nobody knows are named', () => {
    const { document, report } = read(
      'x.html',
      '<tw-storydata name="T" startnode="1" ifid="D674C58C-DEFA-4F70-B7A2-27742230C0FC"><tw-extra a="1"><tw-passagedata pid="1" name="P" position="left" size="big">a</tw-passagedata></tw-extra><tw-extra></tw-extra></tw-storydata>',
    )
    expect(titles(document)).toEqual(['P'])
    expect(document.scenes[0]?.foreign).toEqual({ twine: { metadata: { position: 'left', size: 'big' } } })
    expect(report.warnings.map((entry) => entry.code)).toEqual(['position', 'position'])
    expect(report.dropped.map((entry) => entry.message).join()).toMatch(/"tw-extra" \(2 in the story\)/)
  })
  it.each([
    ['x.twee', ':: A\nRain over the \0pier.\0\n'],
    [
      'x.html',
      '<tw-storydata name="T">\n<tw-passagedata name="A">Rain over the \0pier.\0</tw-passagedata></tw-storydata>',
    ],
    ['x.md', '## A\nRain over the \0pier.\0'],
    ['x.txt', 'Chapter One\n\nRain over the \0pier.\0'],
  ])('[EX2] NUL signs of %s are left out with an entry', (fileName, source) => {
    const { document, report } = read(fileName, source)
    expect(document.scenes.map((scene) => proseToPlain(scene.prose))).toEqual(['Rain over the pier.'])
    const line = source.slice(0, source.indexOf('\0')).split('\n').length
    expect(report.dropped).toMatchObject([{ code: 'nul', place: { line } }])
  })
})

describe('plain text', () => {
  it('[EX70] chapters and breaks part scenes in a row, and every word is kept', () => {
    const { document, report } = read(
      'my_story.txt',
      'Chapter One\n\nIt rains. Chapter two is a word here.\n\n* * *\n\nLater that day it stops.\n\nCHAPTER II\n\nEnd.\n',
    )
    expect(document.story.title).toBe('my story')
    expect(report.changed).toMatchObject([{ code: 'breaks', place: { line: 5 } }])
    expect(titles(document)).toEqual(['Chapter One', 'Later that day it stops.', 'CHAPTER II'])
    expect(ways(document)).toHaveLength(2)
    expect(document.scenes.map((scene) => proseToPlain(scene.prose))).toEqual([
      'It rains. Chapter two is a word here.',
      'Later that day it stops.',
      'End.',
    ])
  })
  it('[EX70] a very long section is split between paragraphs', () => {
    const { document, report } = read('x.txt', 'word '.repeat(20_000) + '\n\n' + 'more '.repeat(20_000) + '\n\nend')
    expect(document.scenes.length).toBe(2)
    expect(report.changed.map((entry) => entry.code)).toContain('split')
  })
})
