import type { z } from 'zod'
import type { JobKind } from './job.ts'
import { type JobOutput, RENDER_PANEL, renderPanelInput, renderPanelResult } from './render-panel.ts'

/** What is known of one job kind before anybody runs it. A new kind is one file beside this one and one line below. */
interface KindSpec {
  readonly kind: JobKind
  readonly input: z.ZodType
  readonly result: z.ZodType<{ readonly outputs: readonly JobOutput[] }>
}

export const jobKinds: readonly KindSpec[] = [
  { kind: RENDER_PANEL, input: renderPanelInput, result: renderPanelResult },
]

/** The spec of a kind, or null for one this program does not know: such a job is never queued and never claimed. */
export function kindSpec(kind: JobKind): KindSpec | null {
  return jobKinds.find((spec) => spec.kind === kind) ?? null
}
