import { describe, expect, test } from 'vitest'
import { blueprintOf } from './blueprint.ts'
import { lookOf } from './look.ts'
import { ACTIONS, ANGLES, EXPRESSIONS, LIGHTS, SETTINGS, SHOTS } from './script.ts'
import { hashText } from './stale.ts'
import { storyboard, storyboardSvg } from './storyboard.ts'
import { CAST, figureOf, lineOf, scriptOf } from './test-cast.ts'

const svgOf = (fields: Parameters<typeof scriptOf>[0], aspect = 1) =>
  storyboardSvg(storyboard(blueprintOf(scriptOf(fields), CAST, aspect), 7))
const two = [figureOf('mara', { side: 'left' }), figureOf('oren', { side: 'right', action: 'arms-crossed' })]

const everyDrawing: readonly Parameters<typeof scriptOf>[0][] = [
  ...ACTIONS.map((action) => ({ shot: 'full' as const, figures: [figureOf('mara', { action })] })),
  ...EXPRESSIONS.map((expression) => ({ shot: 'close' as const, figures: [figureOf('oren', { expression })] })),
  ...SETTINGS.map((setting) => ({ setting, shot: 'wide' as const, figures: two })),
  ...LIGHTS.map((light) => ({ light, setting: 'street' as const, figures: two })),
  ...SHOTS.flatMap((shot) => ANGLES.map((angle) => ({ shot, angle, figures: two }))),
]

/** The same thing, noting the paths of the fields there are and of those that are read; all items of a list are one. */
function watched<T extends object>(thing: T, seen: { has: Set<string>; read: Set<string> }, at = ''): T {
  const pathOf = (key: string) => (Array.isArray(thing) ? at : `${at}.${key}`)
  for (const key of Object.keys(thing)) seen.has.add(pathOf(key))
  return new Proxy(thing, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key)
      const path = pathOf(String(key))
      seen.read.add(path)
      return typeof value === 'object' && value !== null ? watched(value, seen, path) : value
    },
  })
}

describe('storyboard', () => {
  test('[PA10] the drawing reads all of a blueprint but what only a stale picture is told by, and nothing beside it', () => {
    const seen = { has: new Set<string>(), read: new Set<string>() }
    for (const fields of everyDrawing) {
      const blueprint = blueprintOf(scriptOf(fields), CAST, 1.25, { zoom: 1.1, shiftY: 0.1, lightFrom: 'left' })
      const svg = storyboardSvg(storyboard(watched(blueprint, seen), 7))
      expect(storyboardSvg(storyboard(structuredClone(blueprint), 7))).toBe(svg)
    }
    expect([...seen.has].filter((path) => !seen.read.has(path))).toEqual(['.reserved', '.overrides'])
  })

  test('[PA14] the same blueprint and seed give the same bytes, another seed others', () => {
    const blueprint = blueprintOf(scriptOf({ figures: two, setting: 'forest' }), CAST, 1)
    const svg = storyboardSvg(storyboard(blueprint, 7))
    expect(storyboardSvg(storyboard(blueprint, 7))).toBe(svg)
    expect(storyboardSvg(storyboard(blueprint, 8))).not.toBe(svg)
  })

  test('[PA14] golden: the drawing of a known blueprint keeps its bytes', () => {
    // A changed hash means STORYBOARD_VERSION must rise, for every stored recipe names it.
    expect(hashText(svgOf({ figures: two, setting: 'shore', light: 'dusk', shot: 'wide' }))).toMatchInlineSnapshot(
      `"bffec9f72622d896"`,
    )
    expect(
      hashText(
        svgOf({
          figures: [figureOf('oren', { action: 'read' })],
          setting: 'library',
          light: 'lamp',
          shot: 'full',
          angle: 'low',
        }),
      ),
    ).toMatchInlineSnapshot(`"ebf8ac683800acb3"`)
  })

  test('[PA15] every pose, face, place, light, shot and angle draws numbers only', () => {
    const drawings = everyDrawing.map((fields) => svgOf(fields, 1.6))
    for (const svg of drawings) expect(svg).not.toMatch(/NaN|Infinity|undefined/)
    expect(new Set(drawings.slice(0, ACTIONS.length)).size).toBe(ACTIONS.length)
  })

  test('[PA13] heads, hands and mouths lie inside the bodies that are drawn, mouths inside heads', () => {
    for (const action of ACTIONS) {
      const { facts } = storyboard(
        blueprintOf(scriptOf({ shot: 'full', figures: [figureOf('mara', { action })] }), CAST, 1),
        1,
      )
      const figure = facts.figures[0]
      expect(figure).toBeDefined()
      if (!figure) continue
      const grown = { x: figure.head.x - 4, y: figure.head.y - 4, w: figure.head.w + 8, h: figure.head.h + 8 }
      expect(figure.mouth[0]).toBeGreaterThan(grown.x)
      expect(figure.mouth[0]).toBeLessThan(grown.x + grown.w)
      expect(figure.mouth[1]).toBeGreaterThan(grown.y)
      expect(figure.mouth[1]).toBeLessThan(grown.y + grown.h)
      expect(figure.hands).toHaveLength(2)
    }
  })

  test('[PA13] a tilted camera turns the facts with the picture', () => {
    const level = storyboard(blueprintOf(scriptOf({ figures: two }), CAST, 1), 1).facts.figures[0]
    const tilted = storyboard(blueprintOf(scriptOf({ figures: two, angle: 'tilted' }), CAST, 1), 1).facts.figures[0]
    expect(tilted?.head.x).not.toBe(level?.head.x)
  })

  test('[PA6] the same words give the same look, different words tell characters apart', () => {
    expect(lookOf(CAST[0])).toEqual(lookOf({ ...CAST[0], name: 'Somebody else' }))
    expect(lookOf(CAST[0])).toMatchObject({ hair: 'braid', top: 'coat', scarf: true, build: 'slim' })
    expect(lookOf(CAST[1])).toMatchObject({ hair: 'short', top: 'jacket', hat: 'cap', beard: true, build: 'broad' })
  })

  test('[PA11] other words of the same size class leave the blueprint as it is', () => {
    const one = blueprintOf(scriptOf({ figures: two, lines: [lineOf('l1', 'Come in.', 'mara')] }), CAST, 1)
    const other = blueprintOf(scriptOf({ figures: two, lines: [lineOf('l1', 'Go away!', 'mara')] }), CAST, 1)
    expect(other).toEqual(one)
  })

  test('[PA12] an alt text is made where nobody wrote one', () => {
    expect(
      blueprintOf(
        scriptOf({ figures: [figureOf('mara', { action: 'sit', expression: 'sad' })], light: 'night' }),
        CAST,
        1,
      ).altText,
    ).toBe('Mara sits, sad in a room, at night.')
  })

  test('[PA13] whoever lies indoors lies in a bed inside the frame, outside on the ground', () => {
    const lying = [figureOf('mara', { action: 'lie' })]
    const board = storyboard(blueprintOf(scriptOf({ figures: lying, setting: 'room', shot: 'wide' }), CAST, 1.5), 7)
    expect(JSON.stringify(board.tree)).toContain('"blanket"')
    const { body } = board.facts.figures[0] ?? { body: { x: -1, y: -1, w: 0, h: 0 } }
    expect(body.x).toBeGreaterThan(0)
    expect(body.x + body.w).toBeLessThan(board.width)
    expect(body.w).toBeGreaterThan(board.width * 0.4)
    const field = storyboard(blueprintOf(scriptOf({ figures: lying, setting: 'field', shot: 'wide' }), CAST, 1.5), 7)
    expect(JSON.stringify(field.tree)).not.toContain('"blanket"')
  })

  test('[PA13] at night a haze parts a small figure from the ground', () => {
    const tree = (light: 'day' | 'night', shot: 'wide' | 'close') =>
      JSON.stringify(storyboard(blueprintOf(scriptOf({ figures: two, light, shot }), CAST, 1), 7).tree)
    expect(tree('night', 'wide')).toContain('"haze"')
    expect(tree('night', 'close')).not.toContain('"haze"')
    expect(tree('day', 'wide')).not.toContain('"haze"')
  })
})
