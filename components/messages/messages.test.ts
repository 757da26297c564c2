import { expect, test } from 'vitest'
import { progress } from '#lib/jobs/job.ts'
import { messages } from './messages.ts'

test('[JO13] a phase has words, steps are told as counted, an unknown length as unknown: in the queue and at the panel', () => {
  for (const { phases, progress: told } of [messages.jobs, messages.panels]) {
    const words = new Map<string, string>(Object.entries(phases))
    for (const phase of progress.shape.phase.options) {
      const word = words.get(phase) ?? ''
      expect([phase, word]).not.toEqual([phase, ''])
      expect(told(word, 2, null)).toBe(`${word}, length unknown`)
      expect(told(word, 8, 8)).toBe(`${word}, step 8 of 8`)
    }
  }
})
