import { messages } from '#components/messages/messages.ts'
import type { ShareWish } from '#lib/client/members.ts'

/** A role and its rights in one line: "Viewer, may comment". */
export function shareText({ role, rights }: ShareWish): string {
  return [messages.members.roles[role], ...rights.map((right) => messages.members.rightHelp[right])].join(', ')
}
