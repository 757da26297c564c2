import { expect, it } from 'vitest'
import { CursorTrail } from './cursor-trail.ts'

it('a cursor glides between samples 90 ms late and rests at the newest', () => {
  const trail = new CursorTrail()
  trail.add({ x: 0, y: 0 }, 1000)
  trail.add({ x: 100, y: 50 }, 1050)
  expect(trail.at(1115)).toEqual({ x: 50, y: 25, moving: true })
  expect(trail.at(1200)).toEqual({ x: 100, y: 50, moving: false })
})

it('after half a second without samples it jumps', () => {
  const trail = new CursorTrail()
  trail.add({ x: 0, y: 0 }, 0)
  trail.add({ x: 900, y: 0 }, 2000)
  expect(trail.at(2001).x).toBe(900)
})
