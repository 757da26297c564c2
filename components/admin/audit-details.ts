import { messages } from '#components/messages/messages.ts'
import type { AuditEntry } from '#lib/client/admin.ts'

const words = messages.admin.audit

/** The name of a person or the title of a story behind an id, where it is known. */
export type NameOf = (id: string) => string | undefined

/** What is told first; other facts follow as they come. */
const FIRST = ['role', 'rights', 'storyId', 'userId']

/** What an entry is about, in one line: names where ids have one, ids last, and nothing the line before it says. */
export function auditDetails({ actor, subject, facts }: AuditEntry, nameOf: NameOf): string {
  const about = subject === null || subject === actor ? undefined : (nameOf(subject) ?? subject)
  const named = about !== undefined && about !== subject
  const ordered = [...FIRST, ...Object.keys(facts).filter((name) => !FIRST.includes(name))]
  const details = ordered.flatMap((name) => {
    const value = facts[name]
    const text = textOf(value, nameOf)
    return text === '' || value === actor || value === subject ? [] : [words.fact(name, text)]
  })
  return [...(named ? [about] : []), ...details, ...(about !== undefined && !named ? [about] : [])].join(', ')
}

function textOf(value: unknown, nameOf: NameOf): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) return value.map((part) => textOf(part, nameOf)).join(' and ')
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return nameOf(text) ?? text
}
