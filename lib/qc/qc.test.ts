import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../kernel/random.ts'
import { blocking, measure } from './measures.ts'
import { gaussian, lumaOf } from './pixels.ts'
import type { Pixels } from './pixels.ts'
import { assessReadability } from './readability.ts'
import type { ReadPanel } from './readability.ts'
import { AXES, joinReport, mayAutoAccept, qcReport } from './report.ts'
import { assessTechnical } from './technical.ts'

// Pictures to degrade: a drawn scene with lines, flats and hatching, and a synthetic one with soft forms.
function drawn(): Pixels {
  const { Resvg } = createRequire(import.meta.url)('@resvg/resvg-js') as typeof import('@resvg/resvg-js')
  let marks = ''
  for (let i = 0; i < 40; i++)
    marks += `<path d="M${20 + i * 12} 300L${60 + i * 11} 460" stroke="#2a2622" stroke-width="${1 + (i % 3)}"/>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512"><rect width="512" height="512" fill="#e5d9bd"/><rect y="290" width="512" height="222" fill="#7f9a86"/><circle cx="180" cy="170" r="90" fill="#c78e6d" stroke="#1e1b18" stroke-width="5"/><rect x="300" y="80" width="150" height="240" fill="#8c2f2b" stroke="#1e1b18" stroke-width="4"/>${marks}</svg>`
  const picture = new Resvg(svg, { font: { loadSystemFonts: false } }).render()
  return { width: picture.width, height: picture.height, data: new Uint8Array(picture.pixels) }
}
function soft(): Pixels {
  const [width, height] = [384, 384]
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const wave =
        120 +
        60 * Math.sin(x / 23) * Math.cos(y / 31) +
        (Math.hypot(x - 200, y - 170) < 80 ? 55 : 0) -
        ((x >> 5) % 3 === 0 && y > 250 ? 45 : 0)
      for (let c = 0; c < 3; c++) data[(y * width + x) * 4 + c] = Math.max(8, Math.min(250, wave + c * 6))
      data[(y * width + x) * 4 + 3] = 255
    }
  return { width, height, data }
}
const pictures = [
  ['drawn', drawn()],
  ['soft', soft()],
] as const

const mapped = (image: Pixels, change: (value: number, index: number) => number): Pixels => ({
  ...image,
  data: Uint8Array.from(image.data, (value, i) =>
    i % 4 === 3 ? value : Math.max(0, Math.min(255, Math.round(change(value, i)))),
  ),
})
function blurred(image: Pixels, sigma: number): Pixels {
  const data = Uint8Array.from(image.data)
  for (let c = 0; c < 3; c++) {
    const plane = Float32Array.from({ length: image.width * image.height }, (_, i) => image.data[i * 4 + c] ?? 0)
    gaussian(plane, image.width, image.height, sigma).forEach((value, i) => (data[i * 4 + c] = Math.round(value)))
  }
  return { ...image, data }
}
function noisy(image: Pixels, amount: number): Pixels {
  const random = seededRandom(5)
  return mapped(image, (value) => value + (random() + random() + random() - 1.5) * 2 * amount)
}
/** Averages 8-pixel blocks towards their mean, as coarse compression does. */
function blocky(image: Pixels, share: number): Pixels {
  const data = Uint8Array.from(image.data)
  for (let by = 0; by < image.height; by += 8)
    for (let bx = 0; bx < image.width; bx += 8)
      for (let c = 0; c < 3; c++) {
        let sum = 0
        let count = 0
        for (let y = by; y < Math.min(by + 8, image.height); y++)
          for (let x = bx; x < Math.min(bx + 8, image.width); x++, count++)
            sum += image.data[(y * image.width + x) * 4 + c] ?? 0
        for (let y = by; y < Math.min(by + 8, image.height); y++)
          for (let x = bx; x < Math.min(bx + 8, image.width); x++) {
            const i = (y * image.width + x) * 4 + c
            data[i] = Math.round((image.data[i] ?? 0) * (1 - share) + (sum / count) * share)
          }
      }
  return { ...image, data }
}
function rises(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? 0))
}

describe.each(pictures)('pixel measures on the %s picture', (_name, image) => {
  const levels = [0, 1, 2, 3, 4, 5]
  test('[QC10] sharpness falls strictly with blur', () => {
    const values = levels.map((level) => measure(level === 0 ? image : blurred(image, level * 0.8)).sharpness)
    expect(rises(values.map((value) => -value)), values.join(' ')).toBe(true)
  })
  test('[QC10] noise adds at most 5 % sharpness, to a clean and to a blurred picture', () => {
    for (const base of [image, blurred(image, 2)]) {
      const clean = measure(base).sharpness
      for (const level of [2, 4, 8])
        expect(measure(noisy(base, level)).sharpness, `noise ${level} on ${clean}`).toBeLessThanOrEqual(clean * 1.05)
    }
  })
  test('[QC11] noise rises strictly with noise', () => {
    const values = levels.map((level) => measure(noisy(image, level * 4)).noise)
    expect(rises(values), values.join(' ')).toBe(true)
  })
  test('[QC12] contrast falls strictly as contrast is taken away', () => {
    const values = levels.map(
      (level) => measure(mapped(image, (value) => 128 + (value - 128) * (1 - level * 0.15))).contrast,
    )
    expect(rises(values.map((value) => -value)), values.join(' ')).toBe(true)
  })
  test('[QC13] burnt and drowned shares rise strictly with exposure', () => {
    const burnt = levels.map((level) => measure(mapped(image, (value) => value * (1 + level * 0.5))).burnt)
    const drowned = [2, 3, 4, 5].map((level) => measure(mapped(image, (value) => value - level * 45)).drowned)
    expect(
      burnt.every((value, i) => i === 0 || value >= (burnt[i - 1] ?? 0)) && (burnt.at(-1) ?? 0) > (burnt[0] ?? 0),
      burnt.join(' '),
    ).toBe(true)
    expect(rises(drowned), drowned.join(' ')).toBe(true)
  })
  test('[QC14] blocking rises strictly with coarser blocks', () => {
    const base = noisy(image, 6)
    const values = levels.map((level) => blocking(lumaOf(blocky(base, level * 0.18)), base.width, base.height))
    expect(rises(values.slice(1)) && (values.at(-1) ?? 0) > (values[0] ?? 0), values.join(' ')).toBe(true)
  })
  test('[QC16] a damaged picture ranks below the sound one', () => {
    const score = (picture: Pixels) => {
      const axis = assessTechnical({ image: picture, wanted: null, siblings: [] }).axes.technical
      return axis.state === 'assessed' ? axis.score : -1
    }
    const sound = score(image)
    for (const damaged of [blurred(image, 5), noisy(image, 40), mapped(image, (value) => 128 + (value - 128) * 0.12)])
      expect(score(damaged)).toBeLessThan(sound)
  })
})

describe('report', () => {
  const image = pictures[0][1]
  const technical = () => assessTechnical({ image, wanted: { width: 512, height: 512 }, siblings: [] })
  const whole = () => joinReport({ width: 512, height: 512, hash: technical().hash }, [technical()])

  test('[QC1][QC4] every axis is there, the schema fits, the same bytes give the same report', () => {
    const report = whole()
    expect(Object.keys(report.axes).sort()).toEqual([...AXES].sort())
    expect(qcReport.parse(JSON.parse(JSON.stringify(report)))).toEqual(report)
    expect(whole()).toEqual(report)
    expect(report.axes.anatomy).toEqual({ state: 'not-assessed', needs: 'detector' })
  })
  test('[QC2][QC3] not assessed changes no verdict and never counts as pass', () => {
    const report = whole()
    expect(report.verdict).toBe('pass')
    expect(mayAutoAccept(report, ['technical'])).toBe(true)
    expect(mayAutoAccept(report, ['technical', 'anatomy'])).toBe(false)
    const bad = joinReport({ width: 512, height: 512, hash: '' }, [
      technical(),
      { axes: { readability: { state: 'assessed', score: 40 } }, findings: [], measures: {} },
    ])
    expect(bad.verdict).toBe('redraw')
    expect(joinReport({ width: 1, height: 1, hash: '' }, []).verdict).toBe('not-assessed')
  })
  test('[QC15] blank, wrong size and twins are found', () => {
    const blank = assessTechnical({ image: mapped(image, () => 200), wanted: null, siblings: [] })
    expect(blank.findings[0]).toMatchObject({ category: 'blank', severity: 'block' })
    const wrong = assessTechnical({ image, wanted: { width: 100, height: 512 }, siblings: [] })
    expect(joinReport({ width: 512, height: 512, hash: '' }, [wrong]).verdict).toBe('block')
    const twin = assessTechnical({ image, wanted: null, siblings: [{ panelId: 'p', hash: technical().hash }] })
    expect(twin.findings.map((entry) => entry.category)).toContain('twin')
  })
})

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
    words: 6,
    sizePx: 20,
    speakerId: null,
    tip: null,
    needsTail: false,
    missing: [],
    contrast: 16,
    ...extra,
  })
  const faces = [
    { id: 'a', box: { x: 100, y: 400, w: 100, h: 120 } },
    { id: 'b', box: { x: 600, y: 400, w: 100, h: 120 } },
  ]
  const read = (balloons: ReadPanel['balloons'], extra: Partial<ReadPanel> = {}) =>
    assessReadability({
      panels: [{ id: 'p', frame, balloons, faces, hands: [], ...extra }],
      direction: 'ltr',
      pageWidth: 800,
      safe: frame,
    })
  const kinds = (balloons: ReadPanel['balloons']) => read(balloons).findings.map((entry) => entry.category)

  test('[QC20] the order of balloons is checked exactly', () => {
    const right = [balloon('1', 20, 20), balloon('2', 260, 60), balloon('3', 520, 120)]
    expect(kinds(right)).toEqual([])
    expect(kinds([right[0], right[2], right[1]].filter((entry) => entry !== undefined))).toContain('reading-order')
    expect(kinds([balloon('1', 520, 20), balloon('2', 20, 20)])).toContain('reading-order')
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
    expect(kinds([balloon('1', 20, 20, { contrast: 3.2 })])).toContain('text-contrast')
    expect(kinds([balloon('1', 20, 20, { words: 31 })])).toContain('balloon-words')
    expect(kinds([balloon('1', 20, 20, { missing: ['ж'] })])).toContain('glyph-missing')
    expect(kinds([balloon('1', 750, 20)])).toContain('outside-panel')
  })
  test('[QC24] a wrong panel ranks below the right one', () => {
    const score = (balloons: ReadPanel['balloons']) => {
      const axis = read(balloons).axes.readability
      return axis.state === 'assessed' ? axis.score : -1
    }
    const right = score([balloon('1', 20, 20, { speakerId: 'a', needsTail: true, tip: [140, 300] })])
    expect(right).toBe(100)
    for (const wrong of [
      [balloon('1', 90, 420)],
      [balloon('1', 20, 20, { sizePx: 8 })],
      [balloon('1', 520, 20), balloon('2', 20, 20)],
    ])
      expect(score(wrong)).toBeLessThan(right)
  })
})
