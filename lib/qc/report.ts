import { z } from 'zod'

/**
 * What a check says of one picture (comics.md 10): findings per axis, 0-100 or not assessed with the reason, and a
 * verdict that is the worst assessed axis, never an average. Rules QC1-QC9.
 */
const QC_VERSION = 'pixels-1'

export const AXES = [
  'technical',
  'composition',
  'readability',
  'palette',
  'identity',
  'anatomy',
  'facts',
  'continuity',
  'safety',
] as const
export type Axis = (typeof AXES)[number]

const region = z.strictObject({ x: z.number(), y: z.number(), w: z.number(), h: z.number() })
export type Region = z.infer<typeof region>

export const finding = z.strictObject({
  axis: z.enum(AXES),
  category: z.string().max(60),
  severity: z.enum(['note', 'review', 'redraw', 'block']),
  /** Pixels of the picture that was measured. */
  region,
  measure: z.number(),
  threshold: z.number(),
  unit: z.string().max(20),
  /** 0..1; geometry and pixel measures are exact. */
  confidence: z.number().min(0).max(1),
  scorer: z.string().max(60),
  fix: z.string().max(60),
})
export type Finding = z.infer<typeof finding>

const axisResult = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('assessed'), score: z.number().min(0).max(100) }),
  /** `needs` says what would enable it. */
  z.strictObject({
    state: z.literal('not-assessed'),
    needs: z.enum(['picture', 'detector', 'identity-pack', 'judge', 'neighbours', 'lettering', 'accepted-panels']),
  }),
])
export type AxisResult = z.infer<typeof axisResult>

export const qcReport = z.strictObject({
  version: z.string().max(40),
  width: z.number().int().min(0),
  height: z.number().int().min(0),
  axes: z.record(z.enum(AXES), axisResult),
  findings: z.array(finding).max(200),
  measures: z.record(z.string().max(40), z.number()),
  /** Perceptual hash of the picture, 16 hex digits, for telling twins. */
  hash: z.string().max(16),
  /** How light the picture is behind text (`groundOf`); reports before it have none. */
  ground: z.string().max(2048).optional(),
  verdict: z.enum(['pass', 'review', 'redraw', 'block', 'not-assessed']),
  /** Shipped thresholds until the project has accepted enough panels to fit its own. */
  thresholds: z.enum(['provisional', 'fitted']),
})
export type QcReport = z.infer<typeof qcReport>

/** Level of a score: pass from 75, review from 55, redraw below. */
export function levelOf(score: number): 'pass' | 'review' | 'redraw' {
  return score >= 75 ? 'pass' : score >= 55 ? 'review' : 'redraw'
}

/** The verdict over axes: blocked by a blocking finding, else the worst assessed axis; unassessed ones count for nothing (QC2). */
export function verdictOf(axes: Readonly<Record<Axis, AxisResult>>, findings: readonly Finding[]): QcReport['verdict'] {
  if (findings.some((entry) => entry.severity === 'block')) return 'block'
  const scores = AXES.flatMap((axis) => {
    const result = axes[axis]
    return result.state === 'assessed' ? [result.score] : []
  })
  return scores.length === 0 ? 'not-assessed' : levelOf(Math.min(...scores))
}

/** Whether a picture may be accepted without a person: every required axis assessed and passed (QC3). */
export function mayAutoAccept(report: QcReport, required: readonly Axis[]): boolean {
  return (
    report.verdict === 'pass' &&
    required.every((axis) => {
      const result = report.axes[axis]
      return result.state === 'assessed' && result.score >= 75
    })
  )
}

/** What one check says: axes it judged, what it found and measured. */
export interface ReportPart {
  readonly axes: Partial<Record<Axis, AxisResult>>
  readonly findings: readonly Finding[]
  readonly measures: Readonly<Record<string, number>>
}
type Picture = Pick<QcReport, 'width' | 'height' | 'hash' | 'ground'>

/** Joins parts of a report: measured axes replace unassessed ones; findings add up; the verdict is worked out anew. */
export function joinReport(picture: Picture, parts: readonly ReportPart[]): QcReport {
  const none = (needs: Extract<AxisResult, { state: 'not-assessed' }>['needs']): AxisResult => ({
    state: 'not-assessed',
    needs,
  })
  const axes: Record<Axis, AxisResult> = {
    technical: none('picture'),
    composition: none('judge'),
    readability: none('lettering'),
    palette: none('accepted-panels'),
    identity: none('identity-pack'),
    anatomy: none('detector'),
    facts: none('judge'),
    continuity: none('neighbours'),
    safety: none('detector'),
  }
  for (const part of parts) Object.assign(axes, part.axes)
  const findings = parts.flatMap((part) => part.findings)
  const measures = Object.assign({}, ...parts.map((part) => part.measures)) as Record<string, number>
  return {
    version: QC_VERSION,
    ...picture,
    axes,
    findings,
    measures,
    verdict: verdictOf(axes, findings),
    thresholds: 'provisional',
  }
}

/**
 * A stored report with the lettering judged anew: the picture keeps what was measured on it, readability is that of what
 * is shown now (QC5). Without a stored report there is nothing but the lettering.
 */
export function withReadability(stored: QcReport | null, lettering: ReportPart): QcReport {
  if (!stored) return joinReport({ width: 0, height: 0, hash: '' }, [lettering])
  const { width, height, hash, ground, measures } = stored
  const { readability: _then, ...axes } = stored.axes
  const findings = stored.findings.filter((entry) => entry.axis !== 'readability')
  return joinReport({ width, height, hash, ground }, [{ axes, findings, measures }, lettering])
}
