import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { settingLines } from '#lib/server/env.ts'

test('[S1] the table of settings in the README is what the program reads, in its order and words', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| `(LOOM_\w+)` *\| *(?:`([^`]*)`)? *\| (.*?) *\|$/gm)]
  expect(rows.map(([, name, fallback = '', meaning]) => ({ name, fallback, meaning }))).toEqual(settingLines)
})
