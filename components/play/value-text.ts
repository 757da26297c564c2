import { messages } from '#components/messages/messages.ts'
import type { Value } from '#lib/story/logic.ts'

const words = messages.play

/** A variable's value in words. */
export function valueText(value: Value | null | undefined): string {
  if (value === null || value === undefined || value === '') return words.unset
  if (typeof value === 'boolean') return value ? words.yes : words.no
  if (Array.isArray(value)) return value.length === 0 ? words.unset : value.join(', ')
  return String(value)
}
