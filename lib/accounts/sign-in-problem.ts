import { z } from 'zod'

/**
 * Why signing in elsewhere opened nothing. It stands in an address as `problem`, so pages know the words by it and never
 * show what stands there. declined: the person said no. expired: too late, or in another browser. provider: the provider
 * is down or answered wrongly. unknown: nobody here is linked. invitation: the link is used up or old. taken: linked to
 * another account, or this account to another person. signed-out: the session that wanted to link is over.
 */
export const SIGN_IN_PROBLEMS = [
  'declined',
  'expired',
  'provider',
  'unknown',
  'invitation',
  'taken',
  'signed-out',
] as const
export const signInProblem = z.enum(SIGN_IN_PROBLEMS)
export type SignInProblem = (typeof SIGN_IN_PROBLEMS)[number]
