import { expect, test } from 'vitest'
import { FORMER_MEMBER, nameShown } from './names.ts'

test('[AC44] who is here goes by their name, who left by a neutral one, and what is no person by its id', () => {
  expect(nameShown('us_1', { name: 'Mara Quill' })).toBe('Mara Quill')
  expect(nameShown('us_1', null)).toBe(FORMER_MEMBER)
  for (const id of ['command-line', 'system', 'ke_1', 'wt_1', 'nobody']) expect(nameShown(id, null)).toBe(id)
})
