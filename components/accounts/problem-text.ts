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

/** A refused sign-in or set-up in words, or undefined when a field already says it. */
export function formProblem(problem: Error | null): string | undefined {
  if (problem === null) return undefined
  if (!(problem instanceof ApiProblem)) return problem.message
  if (problem.code === 'wrong-credentials') return messages.accounts.signIn.wrong
  if (problem.code === 'setup-link') return messages.accounts.setup.oldLink
  if (problem.code === 'rate-limited') {
    const wait = Number(problem.problem['retryAfterMs'] ?? 1000)
    return messages.accounts.signIn.slow(Math.max(1, Math.ceil(wait / 1000)))
  }
  return withIssues.safeParse(problem.problem).success ? undefined : problem.detail
}

/** Why a sign-in elsewhere opened nothing, from the `problem` of an address; null when there is none. */
export function elsewhereProblem(code: string | null): string | null {
  if (code === null) return null
  return messages.accounts.signIn.elsewhere[signInProblem.catch('provider').parse(code)]
}
