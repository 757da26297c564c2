import { describe, expect, test } from 'vitest'
import { groundOf } from './ground.ts'
import type { Pixels } from './pixels.ts'
import { assessReadability } from './readability.ts'
import type { ReadPanel } from './readability.ts'
import type { ReportPart } from './report.ts'

describe('readability', () => {
  const frame = { x: 0, y: 0, w: 800, h: 800 }
  const balloon = (
    id: string,
    x: number,
    y: number,
    extra: Partial<ReadPanel['balloons'][number]> = {},
  ): ReadPanel['balloons'][number] => ({
    id,
    box: { x, y, w: 200, h: 100 },
    text: { x: x + 30, y: y + 20, w: 140, h: 60 },
    words: 6,
    sizePx: 20,
    speakerId: null,
    tip: null,
    needsTail: false,
    missing: [],
    ink: 0.01,
    paper: 0.98,
    ...extra,
  })
  const faces = [
    { id: 'a', box: { x: 100, y: 400, w: 100, h: 120 } },
    { id: 'b', box: { x: 600, y: 400, w: 100, h: 120 } },
  ]
  const panel = (id: string, balloons: ReadPanel['balloons'], extra: Partial<ReadPanel> = {}): ReadPanel => ({
    id,
    frame,
    art: extra.frame ?? frame,
    picture: { width: 400, height: 400 },
    balloons,
    faces,
    hands: [],
    ground: null,
    ...extra,
  })
  const page = (panels: readonly ReadPanel[], direction: 'ltr' | 'rtl' = 'ltr') =>
    assessReadability({ panels, direction, pageWidth: 800, safe: { x: 0, y: 0, w: 800, h: 1640 } })
  const read = (balloons: ReadPanel['balloons'], extra: Partial<ReadPanel> = {}) =>
    page([panel('p', balloons, extra)]).page
  const kinds = (balloons: ReadPanel['balloons'], extra: Partial<ReadPanel> = {}) =>
    read(balloons, extra).findings.map((entry) => entry.category)
  const scoreOf = (part: ReportPart) =>
    part.axes.readability?.state === 'assessed' ? part.axes.readability.score : part.axes.readability?.needs

  test('[QC20] the order of balloons is checked exactly', () => {
    const right = [balloon('1', 20, 20), balloon('2', 260, 60), balloon('3', 520, 120)]
    expect(kinds(right)).toEqual([])
    expect(kinds([right[0], right[2], right[1]].filter((entry) => entry !== undefined))).toContain('reading-order')
    expect(kinds([balloon('1', 520, 20), balloon('2', 20, 20)])).toContain('reading-order')
  })
  test('[QC20] across borders the nearest must be the next, else both are flagged on their panels', () => {
    // Two panels above each other; the first one's reader is drawn down before the second of its own row is read.
    const [left, right, below] = [
      { x: 0, y: 0, w: 390, h: 400 },
      { x: 410, y: 0, w: 390, h: 400 },
      { x: 0, y: 420, w: 800, h: 400 },
    ]
    const panels = (second: ReadPanel['balloons'][number], third = balloon('3', 40, 430)) => [
      panel('a', [balloon('1', 20, 290)], { frame: left, faces: [] }),
      panel('b', [second], { frame: right, faces: [] }),
      panel('c', [third], { frame: below, faces: [] }),
    ]
    const wrong = page(panels(balloon('2', 590, 10)))
    expect(wrong.page.findings.map(({ category, region }) => [category, region.x, region.y])).toEqual([
      ['reading-order', 40, 430],
      ['reading-order', 590, 10],
    ])
    expect([...wrong.panels].map(([id, part]) => [id, scoreOf(part), part.findings.length])).toEqual([
      ['a', 100, 0],
      ['b', 70, 1],
      ['c', 70, 1],
    ])
    // The panel's own report speaks in pixels of its picture, half the size of the page here.
    expect(wrong.panels.get('b')?.findings[0]?.region).toEqual({ x: 185, y: 10, w: 205, h: 103 })
    expect(page(panels(balloon('2', 420, 280), balloon('3', 560, 600))).page.findings).toEqual([])
    // Far from everything the borders lead, whatever is nearest.
    const far = panels(balloon('2', 590, 10))
    expect(page([{ ...far[0], balloons: [balloon('1', 20, 20)] } as ReadPanel, ...far.slice(1)]).page.findings).toEqual(
      [],
    )
  })
  test('[QC20] right to left, a row is read from the right', () => {
    const row = [balloon('1', 520, 20), balloon('2', 20, 20)]
    expect(page([panel('p', row)], 'rtl').page.findings).toEqual([])
    expect(page([panel('p', row)], 'ltr').page.findings.map((entry) => entry.category)).toEqual(['reading-order'])
  })
  test('[QC27] words over the limit of a page are found on the page and are no fault of a panel', () => {
    const full = ['a', 'b', 'c', 'd', 'e'].map((id, i) =>
      panel(id, [balloon(id, 20, 20 + i * 320, { words: 24 }), balloon(`${id}2`, 20, 160 + i * 320, { words: 24 })], {
        faces: [],
        frame: { x: 0, y: i * 320, w: 800, h: 320 },
      }),
    )
    const found = page(full)
    expect(found.page.findings).toMatchObject([{ category: 'page-words', measure: 240, threshold: 210 }])
    expect([...found.panels.values()].flatMap((part) => part.findings)).toEqual([])
  })
  test('[QC25] letters without a ground are judged by the picture behind them', () => {
    const half = (dark: boolean): Pixels => ({
      width: 64,
      height: 64,
      data: Uint8Array.from({ length: 64 * 64 * 4 }, (_, i) => (i % 256 < 128 && dark ? 40 : 250)),
    })
    const bare = (x: number) => [balloon('1', x, 20, { paper: null })]
    const ground = groundOf(half(true))
    expect(read(bare(20), { ground }).findings).toMatchObject([{ category: 'text-contrast', region: { x: 50, y: 40 } }])
    expect(kinds(bare(560), { ground })).toEqual([])
    expect(kinds(bare(20), { ground: groundOf(half(false)) })).toEqual([])
    // Every place in a row: the nearer to the dark half, the worse, and never better again.
    const ranks = [560, 300, 20].map((x) => scoreOf(read(bare(x), { ground })))
    expect(ranks).toEqual([100, 54, 54])
  })
  test('[QC26] what cannot be judged is not passed, and what is bad anyway is said', () => {
    const good = [balloon('1', 20, 20)]
    expect(scoreOf(read(good, { faces: null }))).toBe('detector')
    expect(scoreOf(read([balloon('1', 20, 20, { paper: null })]))).toBe('picture')
    expect(scoreOf(read([balloon('1', 20, 20, { sizePx: 8 })], { faces: null }))).toBe(54)
    expect(scoreOf(read([], { faces: null }))).toBe(100)
    const below = { faces: null, frame: { ...frame, y: 820 } }
    const mixed = page([panel('a', good), panel('b', [balloon('2', 20, 840)], below)])
    expect([...mixed.panels.values(), mixed.page].map(scoreOf)).toEqual([100, 'detector', 'detector'])
  })

  test('[QC21] a covered face is found with its region', () => {
    const found = read([balloon('1', 90, 420)]).findings[0]
    expect(found).toMatchObject({ category: 'face-covered', severity: 'redraw', region: faces[0]?.box })
  })
  test('[QC22] tails over faces, to somebody else, crossing or missing are found', () => {
    expect(kinds([balloon('1', 20, 20, { speakerId: 'a', needsTail: true, tip: [140, 300] })])).toEqual([])
    expect(kinds([balloon('1', 560, 20, { speakerId: 'a', needsTail: true, tip: [640, 380] })])).toContain(
      'tail-to-other',
    )
    expect(kinds([balloon('1', 550, 560, { speakerId: 'a', tip: [640, 390] })])).toContain('tail-over-face')
    expect(kinds([balloon('1', 20, 20, { tip: [700, 350] }), balloon('2', 560, 40, { tip: [120, 350] })])).toContain(
      'tails-cross',
    )
    expect(kinds([balloon('1', 20, 20, { needsTail: true })])).toContain('tail-missing')
  })
  test('[QC23] size, contrast, words and glyphs are checked', () => {
    expect(kinds([balloon('1', 20, 20, { sizePx: 9 })])).toContain('text-small')
    expect(kinds([balloon('1', 20, 20, { paper: 0.15 })])).toContain('text-contrast')
    expect(kinds([balloon('1', 20, 20, { words: 31 })])).toContain('balloon-words')
    expect(kinds([balloon('1', 20, 20, { missing: ['ж'] })])).toContain('glyph-missing')
    expect(kinds([balloon('1', 750, 20)])).toContain('outside-panel')
  })
  test('[QC24] a wrong panel ranks below the right one, and a worse one below it', () => {
    const right = [balloon('1', 20, 20, { speakerId: 'a', needsTail: true, tip: [140, 300] }), balloon('2', 520, 120)]
    const score = (change: (balloons: ReadPanel['balloons']) => ReadPanel['balloons']) => scoreOf(read(change(right)))
    expect(score((same) => same)).toBe(100)
    const first = (fields: Partial<ReadPanel['balloons'][number]>) => (balloons: ReadPanel['balloons']) =>
      balloons.map((entry, i) => (i === 0 ? { ...entry, ...fields } : entry))
    const wrong: readonly ((balloons: ReadPanel['balloons']) => ReadPanel['balloons'])[] = [
      first({ box: { x: 90, y: 420, w: 200, h: 100 } }),
      first({ sizePx: 8 }),
      first({ words: 31 }),
      first({ paper: 0.1 }),
      first({ tip: null }),
      first({ tip: [650, 430] }),
      first({ missing: ['ж'] }),
      (balloons) => balloons.toReversed(),
    ]
    for (const change of wrong) expect(score(change)).toBeLessThan(100)
    // Each further fault leaves it no better, and all of them together worse than the first alone.
    const worse = [first({ words: 31 }), first({ sizePx: 8 }), first({ paper: 0.1 }), first({ missing: ['ж'] })]
    const scores = worse.map((_, i) =>
      Number(score((all) => worse.slice(0, i + 1).reduce((now, add) => add(now), all))),
    )
    for (const [i, value] of scores.entries()) if (i > 0) expect(value).toBeLessThan(scores[i - 1] ?? 0)
  })
})
