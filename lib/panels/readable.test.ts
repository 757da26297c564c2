import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { contrastRatio } from '../kernel/luminance.ts'
import { pagesOfScene } from './comic.ts'
import type { ComicPage, ComicState } from './comic.ts'
import { loadFont } from './font.ts'
import { lettersSvg } from './letters.ts'
import { PAGE } from './page.ts'
import type { Panel, PanelVersion } from './panel.ts'
import { readablePage } from './readable.ts'
import { CAST, figureOf, lineOf, scriptOf } from './test-cast.ts'

const bytes = readFileSync(
  createRequire(import.meta.url).resolve('@fontsource/comic-neue/files/comic-neue-latin-700-normal.woff'),
)
const font = loadFont(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer, 'test')

const panelOf = (id: string, order: number, fields: Partial<Panel> = {}) =>
  ({
    ...scriptOf({
      figures: [figureOf('mara', { side: 'left' }), figureOf('oren', { side: 'right', facing: 'left' })],
      lines: [lineOf(`${id}-1`, 'The water left.', 'mara'), lineOf(`${id}-2`, 'Water comes back.', 'oren')],
    }),
    id,
    order,
    overrides: {},
    balloons: [],
    chosenVersionId: null,
    ...fields,
  }) as unknown as Panel

function pageOf(direction: 'story' | 'ltr' | 'rtl', ofStory: 'ltr' | 'rtl', panels: readonly Panel[]): ComicPage {
  const state = {
    panels: new Map(panels.map((panel) => [panel.id, panel])),
    panelVersions: new Map(),
    comicLayouts: new Map([['sc_1', { id: 'sc_1', templates: [], direction }]]),
    characters: new Map(CAST.map((member) => [member.id, member])),
  } as unknown as ComicState
  return pagesOfScene(state, 'sc_1', ofStory)[0] as ComicPage
}
const two = [panelOf('pa_1', 1), panelOf('pa_2', 2)]

describe('a page as checks see it', () => {
  test('[PA55] everything lies in px of the page, where it is shown', () => {
    const page = pageOf('story', 'ltr', two)
    const read = readablePage(page, () => null, font)
    expect(read.panels.map((panel) => panel.frame)).toEqual(page.panels.map((placed) => placed.cell))
    const inside = (box: { x: number; y: number; w: number; h: number }, frame: typeof box) =>
      box.x >= frame.x - 1 &&
      box.y >= frame.y - 1 &&
      box.x + box.w <= frame.x + frame.w + 1 &&
      box.y + box.h <= frame.y + frame.h + 1
    for (const { frame, faces, balloons, art } of read.panels) {
      expect(faces).toHaveLength(2)
      for (const face of faces ?? []) expect(inside(face.box, frame)).toBe(true)
      for (const balloon of balloons) expect(inside(balloon.text, balloon.box) && inside(balloon.box, frame)).toBe(true)
      expect(inside(frame, art)).toBe(true)
    }
    expect(read.safe).toEqual({ x: PAGE.margin, y: PAGE.margin, w: 1460, h: 2260 })
  })

  test('[PA55] a moved balloon, its ground, and what is known of the picture come along', () => {
    const balloons = [{ lineId: 'pa_1-1', x: 0.5, y: 0.5, shape: 'borderless' as const }]
    const page = pageOf('story', 'ltr', [panelOf('pa_1', 1, { balloons })])
    const picture = { image: { width: 400, height: 400 }, facts: null, qc: { ground: '00' } }
    const panel = readablePage(page, () => picture, font).panels[0]
    const frame = page.panels[0]?.cell ?? { x: 0, y: 0, w: 0, h: 0 }
    const [moved, other] = panel?.balloons ?? []
    expect((moved?.box.x ?? 0) + (moved?.box.w ?? 0) / 2).toBeCloseTo(frame.x + frame.w / 2)
    expect([moved?.paper, panel?.faces, panel?.ground, panel?.picture]).toEqual([null, null, '00', picture.image])
    expect(contrastRatio(other?.ink ?? 0, other?.paper ?? 0)).toBeGreaterThan(15)
  })

  test('[PA56] the direction is the scene’s own, else the story’s, and one for page, panels, letters and checks', () => {
    const wanted = [
      ['story', 'ltr', 'ltr'],
      ['story', 'rtl', 'rtl'],
      ['rtl', 'ltr', 'rtl'],
      ['ltr', 'rtl', 'ltr'],
    ] as const
    const version = { image: { width: 1024, height: 1024 }, facts: null } as unknown as PanelVersion
    const seen = new Map<string, Set<string>>()
    for (const [ofScene, ofStory, direction] of wanted) {
      const page = pageOf(ofScene, ofStory, [panelOf('pa_1', 1, { figures: [] })])
      expect([page.direction, ...page.panels.map((placed) => placed.direction)]).toEqual([direction, direction])
      expect(readablePage(page, () => null, font).direction).toBe(direction)
      const placed = page.panels[0]
      if (placed) seen.set(direction, (seen.get(direction) ?? new Set()).add(lettersSvg(placed, version, font) ?? ''))
    }
    const [ltr, rtl] = [[...(seen.get('ltr') ?? [])], [...(seen.get('rtl') ?? [])]]
    expect([ltr.length, rtl.length, ltr[0] === rtl[0]]).toEqual([1, 1, false])
  })
})
