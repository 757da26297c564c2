import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { BRANCH_HUES, branchHue, branchVar, DARK, LIGHT, type Ground } from './tokens.ts'

/** WCAG 2.2 relative luminance of #rrggbb. */
function luminance(hex: string): number {
  const n = parseInt(hex.slice(1), 16)
  const channel = (value: number) => {
    const c = value / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * channel(n >> 16) + 0.7152 * channel((n >> 8) & 255) + 0.0722 * channel(n & 255)
}

function contrast(a: string, b: string): number {
  const [x, y] = [luminance(a), luminance(b)]
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05)
}

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8')

function variablesOf(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(`${selector} {`)).split('\n}')[0] ?? ''
  return Object.fromEntries([...block.matchAll(/--([a-z0-9-]+): (#[0-9a-f]{6});/g)].map((m) => [m[1], m[2]]))
}

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

describe.each([
  ['light', ':root', LIGHT],
  ['dark', "[data-theme='dark']", DARK],
] as [string, string, Ground][])('%s ground', (_name, selector, ground) => {
  const grounds = [ground.paper, ground.raised, ground.sunken]

  it('[UI1] the stylesheet and the list for drawing code hold the same colours', () => {
    const variables = variablesOf(selector)
    for (const [name, hex] of Object.entries(ground)) expect([name, variables[kebab(name)]]).toEqual([name, hex])
  })

  it.each(['ink', 'inkSoft', 'inkFaint', 'madder', 'ok', 'warn', 'danger', 'info'] as const)(
    '[UI2] text in %s holds 4.5:1 on every ground',
    (name) => {
      for (const under of grounds) expect(contrast(ground[name], under)).toBeGreaterThanOrEqual(4.5)
    },
  )

  it('[UI2] text on a selected row, on a hovered row and on the primary button holds 4.5:1', () => {
    expect(contrast(ground.ink, ground.wash)).toBeGreaterThanOrEqual(4.5)
    for (const text of [ground.inkSoft, ground.inkFaint]) {
      expect(contrast(text, ground.wash)).toBeGreaterThanOrEqual(4.5)
      expect(contrast(text, ground.hover)).toBeGreaterThanOrEqual(4.5)
    }
    expect(contrast(ground.madder, ground.wash)).toBeGreaterThanOrEqual(4.5)
    expect(contrast(ground.onMadder, ground.madder)).toBeGreaterThanOrEqual(4.5)
  })

  it('[UI3] control borders and the focus ring hold 3:1 on every ground', () => {
    for (const under of grounds) {
      expect(contrast(ground.control, under)).toBeGreaterThanOrEqual(3)
      expect(contrast(ground.madder, under)).toBeGreaterThanOrEqual(3)
    }
  })

  it('[UI4] each of the twelve branch hues holds 3:1', () => {
    expect(BRANCH_HUES).toHaveLength(12)
    for (const hue of BRANCH_HUES)
      for (const under of grounds) expect([hue.name, contrast(hue.hex, under) >= 3]).toEqual([hue.name, true])
  })
})

describe('branch hues', () => {
  it('[UI4] names, hues and patterns are all different, and the stylesheet has the same list', () => {
    const variables = variablesOf(':root')
    BRANCH_HUES.forEach((hue, index) => expect(variables[`branch-${index + 1}`]).toBe(hue.hex))
    for (const key of ['name', 'hex', 'dash'] as const)
      expect(new Set(BRANCH_HUES.map((hue) => hue[key])).size).toBe(BRANCH_HUES.length)
  })

  it('[UI4] a colour outside 1..12 still draws', () => {
    expect(branchHue(13)).toBe(BRANCH_HUES[0])
    expect(branchHue(0)).toBe(BRANCH_HUES[11])
    expect(branchVar(25)).toBe('var(--branch-1)')
  })
})
