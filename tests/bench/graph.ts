import { performance } from 'node:perf_hooks'
import { layeredLayout } from '#lib/story/layout.ts'
import { indexGraph, scenesOfBranch } from '#lib/story/queries.ts'
import { syntheticState } from '../fixtures/synthetic-story.ts'
import type { BenchLine } from './line.ts'

const ROUNDS = 7

/** Instant layout and reading order of large graphs, each beside indexing the same graph once. */
export function graphQuestions(): Promise<readonly BenchLine[]> {
  const middle = syntheticState({ seed: 3, scenes: 2000 })
  const large = syntheticState({ seed: 7, scenes: 5000 })
  return Promise.resolve([
    line('instant layout of 2,000 scenes', middle, () => layeredLayout(middle, [...middle.scenes.values()])),
    line('reading order of 5,000 scenes', large, () => scenesOfBranch(large, 'br_000000')),
  ])
}

function line(name: string, state: ReturnType<typeof syntheticState>, run: () => unknown): BenchLine {
  const ours: number[] = []
  const bare: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(timed(run))
    bare.push(timed(() => indexGraph(state)))
  }
  const value = median(ours)
  return {
    name,
    unit: 'ms',
    value: Math.round(value * 10) / 10,
    reference: { name: 'indexing the graph', value: Math.round(median(bare) * 10) / 10 },
    goal: '<= 1000 ms',
    met: value <= 1000,
  }
}

function timed(run: () => unknown): number {
  const started = performance.now()
  run()
  return performance.now() - started
}

const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
