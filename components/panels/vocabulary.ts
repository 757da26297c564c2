import { messages } from '#components/messages/messages.ts'
import type { SelectOption } from '#components/ui/select.tsx'

/** A vocabulary word as people read it. */
export function wordOf(value: string): string {
  return messages.panels.words[value] ?? value.replaceAll('-', ' ')
}

/** Options of a closed vocabulary. */
export function optionsOf<T extends string>(values: readonly T[]): SelectOption<T>[] {
  return values.map((value) => ({ value, label: wordOf(value) }))
}
