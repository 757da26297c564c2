import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { blueprintOf } from './blueprint.ts'
import { edgeTowards } from './balloons.ts'
import { loadFont } from './font.ts'
import { letterPanel } from './lettering.ts'
import { busyIn, cellsOf, composePage, PAGE, paginate, readingOrder, TEMPLATES } from './page.ts'
import { hashText } from './stale.ts'
import { storyboard, storyboardMarkup } from './storyboard.ts'
import { CAST, figureOf, lineOf, scriptOf } from './test-cast.ts'
import { layoutText, textWidth } from './text-block.ts'

const bytes = readFileSync(
  createRequire(import.meta.url).resolve('@fontsource/comic-neue/files/comic-neue-latin-700-normal.woff'),
)
const font = loadFont(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer, 'test')
const script = scriptOf({
  figures: [figureOf('mara', { side: 'left' }), figureOf('oren', { side: 'right', facing: 'left' })],
  lines: [
    lineOf('l1', 'The water left without you.', 'mara'),
    lineOf('l2', 'Water comes back. It always has.', 'oren'),
    lineOf('l3', 'Not this time.', 'mara'),
  ],
})
const board = storyboard(blueprintOf(script, CAST, 1.2), 3)
const art = {
  width: board.width,
  height: board.height,
  facts: board.facts,
  content: { kind: 'markup' as const, markup: storyboardMarkup(board) },
}
const frame = { w: 1000, h: 830 }
const letter = (extra: Partial<Parameters<typeof letterPanel>[0]> = {}) =>
  letterPanel({
    width: frame.w,
    height: frame.h,
    lines: script.lines,
    busy: busyIn(art, frame),
    font,
    sizePx: 30,
    direction: 'ltr',
    overrides: [],
    ...extra,
  })

describe('lettering', () => {
  test('[PA40] balloons read in the order of the lines', () => {
    const found = letter().balloons
    for (let i = 1; i < found.length; i++) {
      const [a, b] = [found[i - 1], found[i]]
      if (a && b) expect(b.cy > a.cy - a.ry * 0.9 || b.cx > a.cx).toBe(true)
    }
  })

  test('[PA41] lines break at spaces and keep the width', () => {
    const block = layoutText('Nobody had asked her to carry the lantern down to the shore that night', font, {
      sizePx: 30,
      maxWidth: 300,
      shape: 'diamond',
    })
    expect(block.lines.map((line) => line.text).join(' ')).toBe(
      'Nobody had asked her to carry the lantern down to the shore that night',
    )
    for (const line of block.lines) expect(line.width).toBeLessThanOrEqual(300)
    const long = layoutText('Incomprehensibilities', font, { sizePx: 30, maxWidth: 50, shape: 'diamond' })
    expect(long.lines).toHaveLength(1)
    expect(textWidth('', font, 30)).toBe(0)
  })

  test('[PA42] text lies inside its balloon, balloons inside the panel and apart', () => {
    const found = letter().balloons
    for (const balloon of found) {
      expect(balloon.block.width / 2).toBeLessThan(balloon.rx)
      expect(balloon.block.height / 2).toBeLessThan(balloon.ry)
      expect(balloon.cx - balloon.rx).toBeGreaterThanOrEqual(0)
      expect(balloon.cy + balloon.ry).toBeLessThanOrEqual(frame.h)
    }
    found.forEach((a, i) =>
      found
        .slice(i + 1)
        .forEach((b) =>
          expect(Math.abs(a.cx - b.cx) > (a.rx + b.rx) * 0.98 || Math.abs(a.cy - b.cy) > (a.ry + b.ry) * 0.98).toBe(
            true,
          ),
        ),
    )
  })

  test('[PA43] a missing glyph is told', () => {
    expect(letter({ lines: [lineOf('l1', 'Привет', 'mara')] }).missing[0]?.chars.length).toBeGreaterThan(0)
    expect(letter().missing).toEqual([])
  })

  test('[PA44] tails end about half-way to the head, on the line to the mouth', () => {
    for (const balloon of letter().balloons) {
      const head = busyIn(art, frame).heads.find((entry) => entry.id === balloon.speakerId)
      if (!balloon.tip || !balloon.mouth || !head) throw new Error('no tail')
      const edge = edgeTowards(balloon, balloon.mouth)
      const whole = Math.hypot(balloon.mouth[0] - edge[0], balloon.mouth[1] - edge[1])
      const done = Math.hypot(balloon.tip[0] - edge[0], balloon.tip[1] - edge[1])
      expect(done / whole).toBeLessThanOrEqual(0.6)
      const inHead =
        balloon.tip[0] > head.box.x &&
        balloon.tip[0] < head.box.x + head.box.w &&
        balloon.tip[1] > head.box.y &&
        balloon.tip[1] < head.box.y + head.box.h
      expect(inHead).toBe(false)
    }
  })

  test('[PA45] a placed balloon stays', () => {
    const balloon = letter({ overrides: [{ lineId: 'l2', x: 0.5, y: 0.8, shape: null }] }).balloons[1]
    expect(balloon).toMatchObject({ cx: 500, cy: 664, locked: true })
  })

  test('[PA46] balloons cover no face', () => {
    const busy = busyIn(art, frame)
    for (const balloon of letter().balloons)
      for (const head of busy.heads)
        expect(
          balloon.cx + balloon.rx <= head.box.x ||
            balloon.cx - balloon.rx >= head.box.x + head.box.w ||
            balloon.cy + balloon.ry <= head.box.y ||
            balloon.cy - balloon.ry >= head.box.y + head.box.h,
        ).toBe(true)
  })
})

describe('pages', () => {
  test('[PA50] templates hold 1 to 6 panels in the live area without overlap', () => {
    expect(TEMPLATES.length).toBeGreaterThanOrEqual(8)
    expect(new Set(TEMPLATES.map((template) => template.cells.length))).toEqual(new Set([1, 2, 3, 4, 5, 6]))
    for (const template of TEMPLATES) {
      const cells = cellsOf(template, 'ltr')
      cells.forEach((a, i) => {
        expect(a.x).toBeGreaterThanOrEqual(PAGE.margin)
        expect(a.x + a.w).toBeLessThanOrEqual(PAGE.width - PAGE.margin + 1)
        expect(a.y + a.h).toBeLessThanOrEqual(PAGE.height - PAGE.margin + 1)
        for (const b of cells.slice(i + 1))
          expect(a.x + a.w <= b.x || b.x + b.w <= a.x || a.y + a.h <= b.y || b.y + b.h <= a.y).toBe(true)
      })
    }
  })

  test('[PA53] every template reads in its own order, both directions', () => {
    for (const template of TEMPLATES) {
      const natural = template.cells.map((_, i) => i)
      expect(readingOrder(cellsOf(template, 'ltr'), 'ltr')).toEqual(natural)
      expect(readingOrder(cellsOf(template, 'rtl'), 'rtl')).toEqual(natural)
    }
  })

  test('[PA51] splash alone, turns open pages, six at most', () => {
    const panel = (id: string, weight: number, turn = false) => ({ id, weight, turn })
    const plans = paginate(
      [panel('a', 2), panel('b', 5), ...Array.from({ length: 8 }, (_, i) => panel(`c${i}`, 1)), panel('t', 2, true)],
      [],
    )
    expect(plans.map((plan) => plan.panels.map((entry) => entry.id).join(''))).toEqual([
      'a',
      'b',
      'c0c1c2c3c4c5',
      'c6c7',
      't',
    ])
    expect(paginate([panel('a', 2), panel('b', 2)], ['two-columns'])[0]?.template.id).toBe('two-columns')
  })

  test('[PA54] the same panels compose to the same bytes', () => {
    const input = {
      cells: [{ x: 0, y: 0, ...frame }],
      direction: 'ltr' as const,
      font,
      panels: [{ id: 'p', art, lines: script.lines, balloons: [], altText: '' }],
    }
    expect(composePage(input).svg).toBe(composePage(input).svg)
    expect(hashText(composePage(input).svg)).toMatchInlineSnapshot(`"a8e4ce8b308a4a6e"`)
  })
})
