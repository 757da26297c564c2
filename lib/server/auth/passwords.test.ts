import { expect, test } from 'vitest'
import { createPasswords } from './passwords.ts'

test('[B5] a hash is argon2id with 19 MiB, two passes, one lane, and salted', async () => {
  const passwords = await createPasswords()
  const [first, second] = await Promise.all([
    passwords.hash('seven quiet lanterns'),
    passwords.hash('seven quiet lanterns'),
  ])
  expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(first).not.toBe(second)
  expect(await passwords.matches(first, 'seven quiet lanterns')).toBe(true)
  expect(await passwords.matches(first, 'seven quiet lantern')).toBe(false)
  expect(passwords.isOutdated(first)).toBe(false)
  expect(passwords.isOutdated('$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA')).toBe(true)
})

test('[B7] without a stored hash nothing matches, at the price of a real comparison', async () => {
  const passwords = await createPasswords()
  const stored = await passwords.hash('seven quiet lanterns')
  const real = await cost(() => passwords.matches(stored, 'nobody has this password'))
  const none = await cost(async () => expect(await passwords.matches(null, 'nobody has this password')).toBe(false))
  expect(none).toBeGreaterThan(real / 4)
})

/** Processor time of ten calls, microseconds, all threads: what else runs on this machine must not decide the test. */
async function cost(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  for (let i = 0; i < 10; i++) await run()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

test('[B5] hashing runs beside the event loop, not on it', async () => {
  const passwords = await createPasswords()
  // Processor time, not wall time: what else runs on this machine must not decide the test.
  const [whole, thread] = [process.cpuUsage(), process.threadCpuUsage()]
  await Promise.all(Array.from({ length: 10 }, () => passwords.hash('seven quiet lanterns')))
  expect(process.threadCpuUsage(thread).user).toBeLessThan(process.cpuUsage(whole).user / 3)
})

test('[B5] with one lane hashes still all come through, one after the other', async () => {
  const passwords = await createPasswords(1)
  const stored = await passwords.hash('a')
  const answers = await Promise.all(['a', 'b', 'a', 'b', 'a'].map((text) => passwords.matches(stored, text)))
  expect(answers).toEqual([true, false, true, false, true])
  await expect(passwords.matches('not a hash', 'a')).rejects.toThrow()
  expect(await passwords.matches(stored, 'a')).toBe(true)
})
