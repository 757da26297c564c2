import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { hostileStory } from '#tests/fakes/hostile-story.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { XSS_PAYLOADS } from '#tests/fixtures/xss-payloads.ts'
import { formatById, importFile } from '../formats.ts'
import type { PlayPageData } from '../play-data.ts'
import { storyDocument } from '../story-document.ts'
import type { StoryDocument } from '../story-document.ts'

const SCRIPT = 'globalThis.interpreter = 1'

function written(document: StoryDocument, playable?: ReadonlySet<string>) {
  const request = { document, blobs: new Map<string, Uint8Array>(), playerScript: SCRIPT }
  const out = formatById('play-html')?.write?.(playable ? { ...request, playable } : request, fakeExchangePorts())
  if (!out) throw new Error('nothing writes the page')
  return out
}
const page = (document: StoryDocument): string => new TextDecoder().decode(written(document).bytes)
/** The page's data block. */
function dataOf(html: string): PlayPageData {
  return JSON.parse(
    /<script type="application\/json" id="story">(.*?)<\/script>/s.exec(html)?.[1] ?? '',
  ) as PlayPageData
}

/** The elements of the page, by a scan that knows only tags, comments and the ends of scripts and styles. */
function elements(html: string): string[] {
  const found: string[] = []
  const tag = /<(!--[\s\S]*?--|\/?[a-zA-Z!][^\s/>]*)[^>]*>/g
  for (let match = tag.exec(html); match; match = tag.exec(html)) {
    const name = (match[1] ?? '').toLowerCase()
    found.push(name)
    if (name !== 'script' && name !== 'style') continue
    const end = html.toLowerCase().indexOf(`</${name}`, tag.lastIndex)
    tag.lastIndex = end
  }
  return found
}

describe('the playable page', () => {
  it('[C5] at least 150 payloads in every field leave the page with the elements of an empty story', () => {
    expect(XSS_PAYLOADS.length).toBeGreaterThanOrEqual(150)
    const hostile = storyDocument.parse(hostileStory())
    const plain = storyDocument.parse({
      ...hostile,
      story: { ...hostile.story, title: 'Plain' },
      scenes: [],
      edges: [],
      variables: [],
      characters: [],
      panels: [],
    })
    expect(elements(page(hostile))).toEqual(elements(page(plain)))
    expect(elements(page(plain)).filter((name) => name === 'script')).toHaveLength(2)
  })

  it('[C5] no payload stands in the page as it was written, and none is lost', () => {
    const html = page(storyDocument.parse(hostileStory()))
    for (const payload of XSS_PAYLOADS.filter((text) => text.includes('<')))
      expect([payload, html.includes(payload)]).toEqual([payload, false])
    const data = dataOf(html)
    const said = new Set(
      data.scenes
        .flatMap((scene) => scene.prose.map((part) => ('content' in part ? part.content?.[0] : null)))
        .map((node) => (node && 'text' in node ? node.text : '')),
    )
    // Square brackets of a link sign show their words only; all else is there to the letter.
    for (const payload of XSS_PAYLOADS.filter((text) => !text.includes('[[')))
      expect([payload, said.has(payload)]).toEqual([payload, true])
  })

  it('[C5] the title and the language cannot leave their places', () => {
    const story = { ...hostileStory().story, language: '"><img src=x onerror=y>' }
    const html = page({ ...hostileStory(), story })
    expect(html).not.toContain('<img src=x onerror')
    expect(elements(html)).not.toContain('img')
  })
})

describe('what is in the page', () => {
  it('[EX92] what play does not show is not carried, nor the ways to it; every scene left out is named', () => {
    const whole = wholeStory()
    const shown = new Set(['sc_1', 'sc_2', 'sc_4'])
    const { bytes, report } = written(whole, shown)
    const data = dataOf(new TextDecoder().decode(bytes))
    expect(data.scenes.map((scene) => scene.id)).toEqual(['sc_1', 'sc_2', 'sc_4'])
    expect(data.edges.map((edge) => edge.id)).toEqual(['ed_1', 'ed_2', 'ed_5', 'ed_6'])
    const named = (code: string) =>
      report.dropped.filter((entry) => entry.code === code).map((entry) => entry.place.scene)
    expect(named('not-played')).toEqual(['Home', 'Chapter', 'Volume'])
    expect(named('unreached')).toEqual([])
    const cut = { ...whole, edges: whole.edges.filter((edge) => edge.to !== 'sc_4') }
    expect(written(cut, shown).report.dropped.find((entry) => entry.code === 'unreached')?.place.scene).toBe('End')
  })

  it('[EX92] a start that play does not show is no start', () => {
    const { bytes, report } = written(wholeStory(), new Set(['sc_2']))
    expect(dataOf(new TextDecoder().decode(bytes))).toMatchObject({ startSceneId: null, scenes: [], edges: [] })
    expect(report.warnings.map((entry) => entry.code)).toEqual(['no-start'])
  })

  it('[EX2] left-out code is reported where there is some', () => {
    const dropped = (foreign: StoryDocument['story']['foreign']) => {
      const whole = wholeStory()
      return written({ ...whole, story: { ...whole.story, foreign } }).report.dropped.map((entry) => entry.code)
    }
    expect(dropped({ twine: { data: { zoom: 1 } } })).not.toContain('code')
    expect(dropped({ twine: { code: [{ kind: 'script', name: 'S', text: 'x' }] } })).toContain('code')
  })
})

describe('code of imported stories', () => {
  const twee =
    ':: StoryTitle\nT\n\n:: Code [script]\nwindow.canaryScript = 1\n\n:: Look [stylesheet]\nbody{background:url(//canary.invalid/style)}\n\n:: Start\nRain.\n<script>window.canaryInline = 1</script>\n<<script>>window.canaryMacro = 1<</script>>\n\n[[Go->End]]\n\n:: End\nDone.\n'
  const html =
    '<script>window.canaryPage = 1</script><tw-storydata name="T" startnode="1"><style type="text/twine-css">body{background:url(//canary.invalid/style)}</style><script type="text/twine-javascript">window.canaryScript = 1</script><tw-passagedata pid="1" name="Start">Rain.</tw-passagedata></tw-storydata><script>window.canaryPage = 2</script>'

  it.each([
    ['a.twee', twee],
    ['a.html', html],
  ])('[C7] of %s is kept as data, shown by nothing and part of no page we write', (fileName, source) => {
    const read = importFile({ fileName, bytes: new TextEncoder().encode(source) }, fakeExchangePorts())
    if (!read.ok) throw new Error(read.error.message)
    const { document } = read.value
    const kept = JSON.stringify(document.story.foreign)
    expect(kept).toContain('canaryScript')
    expect(kept).toContain('canary.invalid/style')
    expect(JSON.stringify([document.scenes, document.edges, document.variables])).not.toMatch(
      /canaryScript|canary\.invalid/,
    )
    const html = page(document)
    expect(html).not.toMatch(/canaryScript|canary\.invalid|canaryPage/)
    // Markup in a passage is its text: in the data block, never as an element.
    expect(html).not.toContain('<script>window')
    expect(elements(html).filter((name) => name === 'script')).toHaveLength(2)
    expect(html).toContain("default-src 'none'")
  })
})
