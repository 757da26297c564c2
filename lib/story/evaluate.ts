import type { Comparison, Condition, Effect, Value } from './logic.ts'

// Judging conditions and applying effects. Rules PL6-PL9 in SPEC.md. This file and play.ts are also inlined into the
// playable page, so they import types only, besides each other and the seeded generator.

/** What a condition is judged against: present values by variable id and visits by scene id. */
export interface LogicState {
  readonly values: ReadonlyMap<string, Value>
  readonly visits: ReadonlyMap<string, number>
}

/** Whether the condition holds; none always holds. A variable without a value compares as absent (only `ne` holds). */
export function holds(wanted: Condition | null, state: LogicState): boolean {
  if (wanted === null) return true
  switch (wanted.op) {
    case 'and':
      return wanted.items.every((item) => holds(item, state))
    case 'or':
      return wanted.items.some((item) => holds(item, state))
    case 'not':
      return !holds(wanted.item, state)
    case 'visited':
      return (state.visits.get(wanted.sceneId) ?? 0) >= wanted.atLeast
    case 'has': {
      const list = state.values.get(wanted.variableId)
      return Array.isArray(list) && list.includes(wanted.value)
    }
    case 'compare':
      return compare(state.values.get(wanted.variableId), wanted.by, wanted.value)
  }
}

function compare(left: Value | undefined, by: Comparison, right: Value): boolean {
  if (by === 'eq') return left !== undefined && String(left) === String(right) && typeof left === typeof right
  if (by === 'ne') return !compare(left, 'eq', right)
  if (typeof left !== 'number' || typeof right !== 'number') return false
  if (by === 'lt') return left < right
  if (by === 'le') return left <= right
  if (by === 'gt') return left > right
  return left >= right
}

/** The values after one effect. An effect that does not fit the value's type changes nothing. */
export function applyEffect(values: ReadonlyMap<string, Value>, wanted: Effect): ReadonlyMap<string, Value> {
  const present = values.get(wanted.variableId)
  const next = effectValue(present, wanted)
  if (next === undefined) return values
  return new Map(values).set(wanted.variableId, next)
}

function effectValue(present: Value | undefined, wanted: Effect): Value | undefined {
  switch (wanted.op) {
    case 'set':
      return wanted.value
    case 'add':
      return typeof present === 'number' ? present + wanted.amount : undefined
    case 'toggle':
      return typeof present === 'boolean' ? !present : undefined
    case 'insert':
      return Array.isArray(present) && !present.includes(wanted.value) ? [...present, wanted.value] : undefined
    case 'remove':
      return Array.isArray(present) ? present.filter((entry) => entry !== wanted.value) : undefined
  }
}
