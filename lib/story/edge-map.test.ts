import { expect, test } from 'vitest'
import { seededRandom } from '../kernel/random.ts'
import { EdgeMap } from './state.ts'
import type { Edge } from './state.ts'

test('edges that leave a scene are the same as by looking at all, through 5,000 changes', () => {
  const random = seededRandom(11)
  const any = (count: number) => String(Math.floor(random() * count))
  const edges = new EdgeMap()
  const lookedUp = (scene: string) => [...edges.values()].filter((edge) => edge.from === scene).map(({ id }) => id)
  for (let step = 0; step < 5000; step++) {
    const chance = random()
    const id = any(40)
    if (chance < 0.001) edges.clear()
    else if (chance < 0.3) edges.delete(id)
    else edges.set(id, { id, from: any(6) } as unknown as Edge)
    const scene = any(6)
    const left = [...edges.from(scene)].map((edge) => edge.id)
    expect(left.sort()).toEqual(lookedUp(scene).sort())
  }
})
