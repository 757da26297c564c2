import { hashDistance, measure } from './measures.ts'
import type { Pixels } from './pixels.ts'
import type { AxisResult, Finding, Region } from './report.ts'

/** Shipped limits for ink and flat colour; a project's own come from its accepted panels later. */
const LIMITS = {
  sharpness: { good: 0.3, bad: 0.16 },
  noise: { good: 2.2, bad: 12 },
  blocking: { good: 0.35, bad: 2.2 },
  contrast: { good: 50, bad: 16 },
  burnt: { good: 0.3, bad: 0.8 },
  drowned: { good: 0.3, bad: 0.7 },
} as const
type Measured = keyof typeof LIMITS
const FIXES: Readonly<Record<Measured, string>> = {
  sharpness: 'redraw-sharper',
  noise: 'redraw-less-noise',
  blocking: 're-encode',
  contrast: 'tone-curve',
  burnt: 'tone-curve',
  drowned: 'tone-curve',
}

interface TechnicalInput {
  readonly image: Pixels
  /** Size the picture was asked for, px. */
  readonly wanted: { readonly width: number; readonly height: number } | null
  /** Hashes of sibling pictures by panel id. */
  readonly siblings: readonly { readonly panelId: string; readonly hash: string }[]
}

/** The technical axis: size, blank, twin and the pixel measures; each finding carries number, limit and fix (QC10-QC16). */
export function assessTechnical(input: TechnicalInput): {
  axes: { technical: AxisResult }
  findings: Finding[]
  measures: Record<string, number>
  hash: string
} {
  const { image, wanted } = input
  const all: Region = { x: 0, y: 0, w: image.width, h: image.height }
  const found = measure(image)
  const findings: Finding[] = []
  const add = (
    category: string,
    severity: Finding['severity'],
    value: number,
    threshold: number,
    unit: string,
    fix: string,
  ): void => {
    findings.push({
      axis: 'technical',
      category,
      severity,
      region: all,
      measure: round(value),
      threshold,
      unit,
      confidence: 1,
      scorer: 'pixels-1',
      fix,
    })
  }
  if (wanted && (wanted.width !== image.width || wanted.height !== image.height))
    add('wrong-size', 'block', image.width, wanted.width, 'px', 'redraw')
  if (found.contrast < 12 || found.oneColour > 0.97)
    add(
      'blank',
      'block',
      found.contrast < 12 ? found.contrast : found.oneColour,
      found.contrast < 12 ? 12 : 0.97,
      found.contrast < 12 ? 'luma' : 'share',
      'new-seed',
    )
  const scores: number[] = []
  for (const name of Object.keys(LIMITS) as Measured[]) {
    const { good, bad } = LIMITS[name]
    const score = scale(found[name], good, bad)
    scores.push(score)
    if (score < 75) add(name, score < 55 ? 'redraw' : 'review', found[name], good, unitOf(name), FIXES[name])
  }
  for (const sibling of input.siblings)
    if (hashDistance(sibling.hash, found.hash) <= 4)
      add('twin', 'review', hashDistance(sibling.hash, found.hash), 4, 'bits', 'new-seed')
  const twin = findings.some((entry) => entry.category === 'twin') ? 60 : 100
  const score = findings.some((entry) => entry.severity === 'block') ? 0 : Math.min(twin, ...scores)
  const { hash, ...numbers } = found
  return {
    axes: { technical: { state: 'assessed', score: Math.round(score) } },
    findings,
    measures: Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, round(value)])),
    hash,
  }
}

/** 100 at or beyond `good`, 75 at good's edge, falling to 0 past `bad`; works in both directions. */
function scale(value: number, good: number, bad: number): number {
  const t = (value - good) / (bad - good)
  if (t <= 0) return 100
  return Math.max(0, Math.min(100, 100 - 25 * Math.min(1, t * 4) - 75 * Math.max(0, Math.min(1, (t - 0.25) / 0.75))))
}

function unitOf(name: Measured): string {
  return name === 'burnt' || name === 'drowned' ? 'share' : name === 'sharpness' ? 'ratio' : 'luma'
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
