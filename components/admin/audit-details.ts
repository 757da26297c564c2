import { messages } from '#components/messages/messages.ts'
import type { AuditEntry } from '#lib/client/admin.ts'

const words = messages.admin.audit

/** The name of a person or the title of a story behind an id, where it is known. */
export type NameOf = (id: string) => string | undefined

/** What an entry is about, in one line: names where ids have one, and only what the line before does not say. */
export function auditDetails({ actor, subject, facts }: AuditEntry, nameOf: NameOf): string {
  const about = subject === null || subject === actor ? [] : [nameOf(subject) ?? subject]
  const details = Object.entries(facts).flatMap(([name, value]) => {
    const text = textOf(value, nameOf)
    return text === '' || value === actor || value === subject ? [] : [words.fact(name, text)]
  })
  return [...about, ...details].join(', ')
}

function textOf(value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return nameOf(text) ?? text.split(',').join(', ')
}
