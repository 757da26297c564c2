import { z } from 'zod'
import { sceneId, variableId } from '../kernel/ids.ts'

/**
 * Conditions and effects are syntax trees over typed variables, never strings of code (story.md 7.1).
 * Rules ST34, ST56 and PL7-PL9 in SPEC.md.
 */
export const variableKind = z.enum(['bool', 'int', 'float', 'string', 'enum', 'list'])
export type VariableKind = z.infer<typeof variableKind>

export const value = z.union([z.boolean(), z.number(), z.string().max(500), z.array(z.string().max(200)).max(200)])
export type Value = z.infer<typeof value>

const comparison = z.enum(['eq', 'ne', 'lt', 'le', 'gt', 'ge'])
export type Comparison = z.infer<typeof comparison>

/** A condition: comparisons of variables and visit counts, joined by and, or, not. Depth at most 8. */
export type Condition =
  | { readonly op: 'and' | 'or'; readonly items: readonly Condition[] }
  | { readonly op: 'not'; readonly item: Condition }
  | {
      readonly op: 'compare'
      readonly variableId: string
      readonly by: Comparison
      readonly value: Value
    }
  | { readonly op: 'has'; readonly variableId: string; readonly value: string }
  | { readonly op: 'visited'; readonly sceneId: string; readonly atLeast: number }

const leaf = z.union([
  z.strictObject({ op: z.literal('compare'), variableId, by: comparison, value }),
  z.strictObject({ op: z.literal('has'), variableId, value: z.string().max(200) }),
  z.strictObject({ op: z.literal('visited'), sceneId, atLeast: z.number().int().min(1).max(1000) }),
])

function conditionOfDepth(depth: number): z.ZodType<Condition> {
  if (depth === 0) return leaf
  const inner = conditionOfDepth(depth - 1)
  return z.union([
    leaf,
    z.strictObject({ op: z.enum(['and', 'or']), items: z.array(inner).min(1).max(20) }),
    z.strictObject({ op: z.literal('not'), item: inner }),
  ])
}

export const condition: z.ZodType<Condition> = conditionOfDepth(8)

export const effect = z.discriminatedUnion('op', [
  z.strictObject({ op: z.literal('set'), variableId, value }),
  z.strictObject({ op: z.literal('add'), variableId, amount: z.number() }),
  z.strictObject({ op: z.literal('toggle'), variableId }),
  z.strictObject({ op: z.literal('insert'), variableId, value: z.string().max(200) }),
  z.strictObject({ op: z.literal('remove'), variableId, value: z.string().max(200) }),
])
export type Effect = z.infer<typeof effect>

/** The variables a condition reads. */
export function variablesRead(wanted: Condition | null): string[] {
  if (wanted === null) return []
  switch (wanted.op) {
    case 'and':
    case 'or':
      return wanted.items.flatMap(variablesRead)
    case 'not':
      return variablesRead(wanted.item)
    case 'visited':
      return []
    default:
      return [wanted.variableId]
  }
}
