import { expect, test } from 'vitest'
import { lookOf } from './look.ts'
import type { CastMember } from './script.ts'
import { CAST } from './test-cast.ts'

const skinOf = (words: Partial<CastMember>) => lookOf({ ...CAST[0], ...words }).skin
const IDS = Array.from({ length: 12 }, (_, i) => `ch_${i}`)

test.each([
  ['pale skin, a lantern in the left hand', '#f3dfcd'],
  ['a scar; warm brown skin', '#a8744f'],
  ['dark-skinned', '#7a5138'],
  ['dark brown skin', '#7a5138'],
  ['skin of a light brown', '#d3a37a'],
  ['pale, freckled skin', '#f3dfcd'],
  ['olive complexion', '#d9b48c'],
  ['complexion: tanned by the sea', '#d3a37a'],
])('[PA6] "%s" is drawn as said, whoever it is', (marks, skin) => {
  for (const id of IDS) expect(skinOf({ marks, id })).toBe(skin)
})

test('[PA6] the words for the build name a skin as well', () => {
  for (const id of IDS) expect(skinOf({ build: 'tall, brown skin', id })).toBe('#a8744f')
})

test('[PA6] what is said of hair and clothes is not the skin; where the words are silent the id decides', () => {
  for (const marks of ['dark hair, scarred skin', 'black coat', '']) {
    const seen = new Set(IDS.map((id) => skinOf({ marks, id })))
    expect(seen.size).toBeGreaterThan(2)
    expect(skinOf({ marks, id: 'ch_1' })).toBe(skinOf({ marks: '', id: 'ch_1' }))
  }
})
