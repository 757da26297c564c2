import { expect, test } from 'vitest'
import { messages } from '#components/messages/messages.ts'
import { ApiProblem } from '#lib/client/api.ts'
import { fieldProblem, formProblem } from './problem-text.ts'

const refusal = (status: number, problem: Readonly<Record<string, unknown>>) => new ApiProblem(status, problem, null)
const issueOf = (field: string) => ({
  detail: 'Choose another one.',
  issues: [{ path: [field], message: `About ${field}.` }],
})

test('what a field says the form does not say again', () => {
  const weak = refusal(400, issueOf('password'))
  expect(fieldProblem(weak, 'password')).toBe('About password.')
  expect(formProblem(weak, ['login', 'password'])).toBeUndefined()
})

test('a refusal about what the form does not show is said all the same', () => {
  expect(formProblem(refusal(400, issueOf('days')), ['login', 'password'])).toBe('Choose another one.')
  expect(formProblem(refusal(400, issueOf('token')), ['login', 'password'])).toBe(messages.accounts.brokenLink)
})

test('a wrong present password is about its own field and not about a name', () => {
  const wrong = refusal(403, { code: 'wrong-credentials', ...issueOf('current') })
  expect([fieldProblem(wrong, 'current'), formProblem(wrong, ['current', 'next'])]).toEqual([
    'About current.',
    undefined,
  ])
  expect(formProblem(refusal(401, { code: 'wrong-credentials' }), ['login'])).toBe(messages.accounts.signIn.wrong)
})

test('without a server the form says that nothing typed is lost', () => {
  expect(formProblem(refusal(0, { code: 'offline' }))).toBe(messages.accounts.offline)
})
