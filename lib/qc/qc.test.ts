import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'
import { seededRandom } from '../kernel/random.ts'
import { blocking, measure, noise } from './measures.ts'
import { looksAlike } from './alike.ts'
import { gaussian, lumaOf } from './pixels.ts'
import type { Pixels } from './pixels.ts'
import { AXES, joinReport, mayAutoAccept, qcReport, withReadability } from './report.ts'
import type { ReportPart } from './report.ts'
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
    // A picture of flat colours burns colour by colour: a little noise makes the shares a matter of degree.
    const base = noisy(image, 4)
    const burnt = levels.map((level) => measure(mapped(base, (value) => value * (1 + level * 0.25))).burnt)
    const drowned = levels.map((level) => measure(mapped(base, (value) => value - level * 40)).drowned)
    expect(rises(burnt), burnt.join(' ')).toBe(true)
    expect(rises(drowned), drowned.join(' ')).toBe(true)
  })
  test('[QC14] blocking rises strictly with coarser blocks', () => {
    const base = noisy(image, 6)
    const values = levels.map((level) => blocking(lumaOf(blocky(base, level * 0.18)), base.width, base.height))
    expect(rises(values), values.join(' ')).toBe(true)
  })
  test('[QC17] mixed damage: each measure still falls or rises with its own', () => {
    const some = [0, 1, 3, 5]
    const grey = (picture: Pixels, by: number) => mapped(picture, (value) => 128 + (value - 128) * (1 - by))
    const noiseOnBlur = some.map((level) =>
      noise(lumaOf(noisy(blurred(image, 1.2), level * 4)), image.width, image.height),
    )
    expect(rises(noiseOnBlur), noiseOnBlur.join(' ')).toBe(true)
    const sharpUnderNoise = some.map(
      (level) => -measure(noisy(level === 0 ? image : blurred(image, level * 0.8), 3)).sharpness,
    )
    expect(rises(sharpUnderNoise), sharpUnderNoise.join(' ')).toBe(true)
    const contrastUnderBoth = some.map((level) => -measure(noisy(grey(blurred(image, 1), level * 0.15), 3)).contrast)
    expect(rises(contrastUnderBoth), contrastUnderBoth.join(' ')).toBe(true)
    const darkAndBlurred = some.map(
      (level) =>
        measure(
          noisy(
            mapped(blurred(image, 1), (value) => value - level * 40),
            3,
          ),
        ).drowned,
    )
    expect(rises(darkAndBlurred), darkAndBlurred.join(' ')).toBe(true)
  })
  test('[QC18] colourfulness falls strictly as colour is taken away, and moves no score', () => {
    const tinted = mapped(image, (value, i) => (i % 4 === 0 ? value * 1.1 : i % 4 === 2 ? value * 0.8 : value))
    const paler = (by: number): Pixels => {
      const data = Uint8Array.from(tinted.data)
      for (let p = 0; p < data.length; p += 4) {
        const grey = ((data[p] ?? 0) + (data[p + 1] ?? 0) + (data[p + 2] ?? 0)) / 3
        for (let c = 0; c < 3; c++) data[p + c] = Math.round((data[p + c] ?? 0) * (1 - by) + grey * by)
      }
      return { ...tinted, data }
    }
    const values = levels.map((level) => measure(paler(level * 0.2)).colourfulness)
    expect(rises(values.map((value) => -value)), values.join(' ')).toBe(true)
    const report = assessTechnical({ image: paler(1), wanted: null, siblings: [] })
    expect(report.measures['colourfulness']).toBeLessThan(1)
    expect(report.findings.map((entry) => entry.category)).not.toContain('colourfulness')
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

describe.each(pictures)('likeness to the %s picture', (_name, image) => {
  test('[QC19] a picture looks like itself with a little noise, and not like one with another shape in it', () => {
    expect(looksAlike(image, noisy(image, 6), 'glance')).toBe(true)
    expect(looksAlike(image, noisy(image, 6), 'closely')).toBe(false)
    expect(looksAlike(image, noisy(image, 2), 'closely')).toBe(true)
    const patch = (side: number) =>
      mapped(image, (value, i) => {
        const [x, y] = [(i / 4) % image.width, Math.floor(i / 4 / image.width)]
        return x < side && y < side ? 255 - value : value
      })
    expect(looksAlike(image, patch(Math.round(image.width / 16)), 'glance')).toBe(true)
    expect(looksAlike(image, patch(Math.round(image.width / 4)), 'glance')).toBe(false)
    expect(looksAlike(image, { ...image, width: image.height / 2, height: image.width * 2 }, 'glance')).toBe(false)
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
  test('[QC5] lettering judged anew replaces what was stored of it, and nothing else', () => {
    const part = (score: number, categories: readonly string[]): ReportPart => ({
      axes: { readability: { state: 'assessed', score } },
      findings: categories.map((category) => ({
        axis: 'readability' as const,
        category,
        severity: 'redraw' as const,
        region: { x: 0, y: 0, w: 1, h: 1 },
        measure: 1,
        threshold: 0,
        unit: 'share',
        confidence: 1,
        scorer: 'readability-2',
        fix: 'move-balloon',
      })),
      measures: { balloons: 1, words: categories.length },
    })
    const { hash } = technical()
    const stored = joinReport({ width: 512, height: 512, hash, ground: 'ff' }, [technical(), part(100, [])])
    expect(stored.verdict).toBe('pass')
    const moved = withReadability(stored, part(54, ['face-covered']))
    expect(moved).toMatchObject({ verdict: 'redraw', hash, ground: 'ff', measures: { words: 1 } })
    expect(moved.findings.map((entry) => entry.category)).toEqual(['face-covered'])
    expect(withReadability(moved, part(100, []))).toEqual(stored)
    // Without a picture there is only the lettering, and the rest says what it needs.
    const live = withReadability(null, part(100, []))
    expect([live.verdict, live.axes.technical]).toEqual(['pass', { state: 'not-assessed', needs: 'picture' }])
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
