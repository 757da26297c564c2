import { describe, expect, it } from 'vitest'
import { safeNext } from './safe-next.ts'

describe('after signing in', () => {
  it('[UI50] leads back to a path of our own', () => {
    expect(safeNext('/stories/st_1/graph?branch=br_2')).toBe('/stories/st_1/graph?branch=br_2')
  })

  it.each([
    null,
    '',
    'https://elsewhere.example',
    '//elsewhere.example',
    '/\\elsewhere.example',
    'javascript:alert(1)',
  ])('[UI50] never leads elsewhere: %s', (next) => expect(safeNext(next)).toBe('/'))
})
