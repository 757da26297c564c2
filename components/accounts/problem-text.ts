import { z } from 'zod'
import { messages } from '#components/messages/messages.ts'
import { signInProblem } from '#lib/accounts/sign-in-problem.ts'
import { ApiProblem } from '#lib/client/api.ts'

const withIssues = z.object({
  issues: z.array(z.object({ path: z.array(z.union([z.string(), z.number()])), message: z.string() })),
})

/** What the server said about one field of a refused form, or undefined. */
export function fieldProblem(problem: Error | null, field: string): string | undefined {
  if (!(problem instanceof ApiProblem)) return undefined
  const parsed = withIssues.safeParse(problem.problem)
  return parsed.success ? parsed.data.issues.find((issue) => issue.path[0] === field)?.message : undefined
}

/** A refused form in words, or undefined when one of its `fields`, which say what concerns them, says it already. */
export function formProblem(problem: Error | null, fields: readonly string[] = []): string | undefined {
  if (problem === null) return undefined
  if (!(problem instanceof ApiProblem)) return problem.message
  if (fields.some((field) => fieldProblem(problem, field) !== undefined)) return undefined
  if (problem.code === 'offline') return messages.accounts.offline
  if (fieldProblem(problem, 'token') !== undefined) return messages.accounts.brokenLink
  if (problem.code === 'wrong-credentials') return messages.accounts.signIn.wrong
  if (problem.code === 'setup-link') return messages.accounts.setup.oldLink
  if (problem.code === 'rate-limited') {
    const wait = Number(problem.problem['retryAfterMs'] ?? 1000)
    return messages.accounts.signIn.slow(Math.max(1, Math.ceil(wait / 1000)))
  }
  return problem.detail
}

/** Why a sign-in elsewhere opened nothing, from the `problem` of an address; null when there is none. */
export function elsewhereProblem(code: string | null): string | null {
  if (code === null) return null
  return messages.accounts.signIn.elsewhere[signInProblem.catch('provider').parse(code)]
}
