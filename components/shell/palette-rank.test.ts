import { describe, expect, it } from 'vitest'
import { fold, rank, rankAll } from './palette-rank.ts'

const never = () => 0

describe('palette ranking', () => {
  it('[UI20] exact, prefix, contains and letters in order score 1, 0.9, 0.7 and 0.5 + 0.3 x share', () => {
    expect(rank('gate', 'gate')).toBe(1)
    expect(rank('gate', 'gate of salt')).toBe(0.9)
    expect(rank('salt', 'gate of salt')).toBe(0.7)
    expect(rank('gos', 'gate of salt')).toBeCloseTo(0.5 + (0.3 * 3) / 12)
    expect(rank('xyz', 'gate of salt')).toBe(0)
    expect(rank('tlas', 'gate of salt')).toBe(0)
  })

  it('[UI20] case and accents do not matter', () => {
    expect(fold('  Café ')).toBe('cafe')
    expect(rankAll({ items: ['Élan'], query: 'elan', foldedOf: fold, recencyOf: never, limit: 5 })[0]?.score).toBe(1)
  })

  it('[UI21] on ties the recently used comes first', () => {
    const items = ['tower one', 'tower two', 'tower three']
    const found = rankAll({
      items,
      query: 'tower',
      foldedOf: fold,
      recencyOf: (t) => (t === 'tower three' ? 2 : 0),
      limit: 2,
    })
    expect(found.map((f) => f.item)).toEqual(['tower three', 'tower one'])
  })
})
