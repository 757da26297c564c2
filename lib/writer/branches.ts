import { z } from 'zod'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'

/** Three ways on, as a provider must answer them (WR21). */
const branchIdea = z.object({
  title: z.string().trim().min(1).max(120),
  hook: z.string().trim().min(1).max(1000),
  choiceText: z.string().trim().min(1).max(200),
  firstLines: z.string().trim().min(1).max(4000),
})
export type BranchIdea = z.infer<typeof branchIdea>

const branchAnswer = z.object({ branches: z.array(branchIdea).length(3) })

/** The JSON schema sent to providers that can hold a model to one. */
export function branchJsonSchema(): Record<string, unknown> {
  const text = { type: 'string' }
  const properties = { title: text, hook: text, choiceText: text, firstLines: text }
  const item = { type: 'object', properties, required: Object.keys(properties), additionalProperties: false }
  return {
    type: 'object',
    properties: { branches: { type: 'array', items: item } },
    required: ['branches'],
    additionalProperties: false,
  }
}

/** Reads a model's answer; a fence or words around the JSON are forgiven. The error names the problem, not the text. */
export function parseBranches(text: string): Result<readonly BranchIdea[], string> {
  const start = text.indexOf('{')
  const end = text.lastIndexOf('}')
  if (start < 0 || end <= start) return err('no JSON object in it')
  let value: unknown
  try {
    value = JSON.parse(text.slice(start, end + 1))
  } catch {
    return err('the JSON cannot be read')
  }
  const parsed = branchAnswer.safeParse(value)
  if (parsed.success) return ok(parsed.data.branches)
  const issue = parsed.error.issues[0]
  return err(issue ? `${issue.path.join('.') || 'answer'}: ${issue.message}` : 'it does not fit the schema')
}
