import { messages } from '#components/messages/messages.ts'
import type { Refusal } from '#lib/kernel/envelope.ts'

/** Why a change was refused, in words. Kinds without own words say their kind, which is still the truth. */
export function refusalText(refusal: Refusal): string {
  const own: Readonly<Record<string, string>> = messages.shell.refusals
  return (
    messages.canvas.refusals[refusal.kind] ??
    own[refusal.kind] ??
    messages.shell.refusedBecause(refusal.kind.replaceAll('-', ' '))
  )
}
