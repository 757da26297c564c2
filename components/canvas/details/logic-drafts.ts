import type { Condition, Effect, Value } from '#lib/story/logic.ts'
import type { Variable } from '#lib/story/state.ts'

/** The line a new condition starts with: the first variable, or visits of the scene it stands at. */
export function newCondition(variables: readonly Variable[], sceneId: string): Condition {
  const [variable] = variables
  return variable ? lineFor(variable) : { op: 'visited', sceneId, atLeast: 1 }
}

/** A comparison that fits the variable's kind. */
export function lineFor(variable: Variable): Condition {
  if (variable.kind === 'list') return { op: 'has', variableId: variable.id, value: '' }
  return { op: 'compare', variableId: variable.id, by: 'eq', value: firstValue(variable) }
}

/** A change that fits the variable's kind. */
export function effectFor(variable: Variable): Effect {
  switch (variable.kind) {
    case 'bool':
      return { op: 'set', variableId: variable.id, value: true }
    case 'int':
    case 'float':
      return { op: 'add', variableId: variable.id, amount: 1 }
    case 'list':
      return { op: 'insert', variableId: variable.id, value: '' }
    case 'string':
    case 'enum':
      return { op: 'set', variableId: variable.id, value: firstValue(variable) }
  }
}

function firstValue(variable: Variable): Value {
  switch (variable.kind) {
    case 'bool':
      return true
    case 'int':
    case 'float':
      return typeof variable.default === 'number' ? variable.default : 0
    case 'enum':
      return variable.options[0] ?? ''
    case 'string':
      return ''
    case 'list':
      return []
  }
}

/** The changes that make sense for a kind of variable, in the order of the menu. */
export function effectOps(variable: Pick<Variable, 'kind'> | undefined): readonly Effect['op'][] {
  switch (variable?.kind) {
    case 'bool':
      return ['set', 'toggle']
    case 'int':
    case 'float':
      return ['set', 'add']
    case 'list':
      return ['insert', 'remove']
    default:
      return ['set']
  }
}

/** The same change with another verb; its value starts over. */
export function withOp(variable: Variable, op: Effect['op']): Effect {
  const variableId = variable.id
  switch (op) {
    case 'set':
      return { op, variableId, value: firstValue(variable) }
    case 'add':
      return { op, variableId, amount: 1 }
    case 'toggle':
      return { op, variableId }
    case 'insert':
    case 'remove':
      return { op, variableId, value: '' }
  }
}
