import { z } from 'zod'
import { variableId } from '../kernel/ids.ts'
import { changedFields, recordNoun } from '../kernel/records.ts'
import type { Changed, Created, Deleted, Noun } from '../kernel/records.ts'
import { err, ok } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import { value, variableKind, variablesRead } from './logic.ts'
import type { Value, VariableKind } from './logic.ts'
import type { StoryState, Variable } from './state.ts'

// Variables: typed values that conditions read and effects write. Rules ST55-ST59 in SPEC.md.

const name = z
  .string()
  .regex(/^[\p{L}_][\p{L}\p{N}_ ]{0,59}$/u, 'a name starts with a letter and has letters, digits, _ or spaces')
const options = z.array(z.string().trim().min(1).max(100)).max(100)

export const defineVariable = z.strictObject({
  type: z.literal('DefineVariable'),
  variableId,
  name,
  kind: variableKind,
  scope: z.enum(['story', 'branch', 'visit']).default('story'),
  default: value,
  options: options.default([]),
  description: z.string().max(500).default(''),
})
export const updateVariable = z.strictObject({
  type: z.literal('UpdateVariable'),
  variableId,
  fields: z.strictObject({ name, default: value, options, description: z.string().max(500) }).partial(),
})
export const deleteVariable = z.strictObject({ type: z.literal('DeleteVariable'), variableId })

export type VariableCommand =
  z.infer<typeof defineVariable> | z.infer<typeof updateVariable> | z.infer<typeof deleteVariable>

export type VariableEvent =
  Created<'VariableDefined', Variable> | Changed<'VariableChanged', Variable> | Deleted<'VariableDeleted'>

export type VariableRefusal =
  | { readonly kind: 'variable-exists'; readonly data: { variableId: string } }
  | { readonly kind: 'unknown-variable'; readonly data: { variableId: string } }
  | { readonly kind: 'name-taken'; readonly data: { variableId: string } }
  | { readonly kind: 'wrong-type'; readonly data: { kind: VariableKind } }
  | { readonly kind: 'variable-in-use'; readonly data: { edgeIds: string[] } }

/** Says which events follow from a command on variables, or why it is refused (ST55-ST59). */
export function decideVariable(state: StoryState, command: VariableCommand): Result<VariableEvent[], VariableRefusal> {
  if (command.type === 'DefineVariable') {
    const { type: _type, variableId: id, ...body } = command
    if (state.variables.has(id)) return err({ kind: 'variable-exists', data: { variableId: id } })
    const refused = check(state, { id, ...body })
    return refused ? err(refused) : ok([{ type: 'VariableDefined', record: { id, ...body } }])
  }
  const variable = state.variables.get(command.variableId)
  if (!variable) return err({ kind: 'unknown-variable', data: { variableId: command.variableId } })
  if (command.type === 'DeleteVariable') {
    const edgeIds = edgesUsing(state, variable.id)
    if (edgeIds.length > 0) return err({ kind: 'variable-in-use', data: { edgeIds } })
    return ok([{ type: 'VariableDeleted', id: variable.id }])
  }
  const fields = changedFields(variable, command.fields as Partial<Variable>)
  if (!fields) return ok([])
  const refused = check(state, { ...variable, ...fields })
  return refused ? err(refused) : ok([{ type: 'VariableChanged', id: variable.id, fields }])
}

function check(
  state: StoryState,
  wanted: Pick<Variable, 'id' | 'name' | 'kind' | 'default' | 'options'>,
): VariableRefusal | null {
  const key = wanted.name.toLocaleLowerCase('en')
  for (const other of state.variables.values()) {
    if (other.id !== wanted.id && other.name.toLocaleLowerCase('en') === key)
      return { kind: 'name-taken', data: { variableId: other.id } }
  }
  return fits(wanted.kind, wanted.default, wanted.options) ? null : { kind: 'wrong-type', data: { kind: wanted.kind } }
}

/** Whether a value is of the variable's kind. */
export function fits(kind: VariableKind, wanted: Value, allowed: readonly string[]): boolean {
  switch (kind) {
    case 'bool':
      return typeof wanted === 'boolean'
    case 'int':
      return Number.isSafeInteger(wanted)
    case 'float':
      return typeof wanted === 'number'
    case 'string':
      return typeof wanted === 'string'
    case 'enum':
      return typeof wanted === 'string' && allowed.includes(wanted)
    case 'list':
      return Array.isArray(wanted)
  }
}

/** Ids of the edges whose condition or effects name the variable. */
export function edgesUsing(state: StoryState, id: string): string[] {
  return [...state.edges.values()]
    .filter((edge) => variablesRead(edge.condition).includes(id) || edge.effects.some((item) => item.variableId === id))
    .map((edge) => edge.id)
}

export const variableNoun: Noun<StoryState, VariableEvent> = recordNoun<
  StoryState,
  Variable,
  'VariableDefined',
  'VariableChanged',
  'VariableDeleted'
>({
  created: 'VariableDefined',
  changed: 'VariableChanged',
  deleted: 'VariableDeleted',
  collection: 'variables',
  records: (state) => state.variables,
  blocked: (state, variable) => (check(state, variable) ? 'exists' : null),
  removeBlocked: (state, variable) => (edgesUsing(state, variable.id).length > 0 ? 'in-use' : null),
})
