import { expect, test } from 'vitest'
import type { AuditEntry } from '#lib/client/admin.ts'
import { auditDetails } from './audit-details.ts'

const entry = (over: Partial<AuditEntry>): AuditEntry => ({
  ...{ seq: 1, at: '2026-11-21T03:00:00.000Z', actor: 'us_ida', actorName: 'Ida', action: 'member-changed' },
  ...{ subject: null, facts: {} },
  ...over,
})
const names: Readonly<Record<string, string>> = { us_bo: 'Bo Lind', st_one: '“The Toll House”' }
const nameOf = (id: string) => names[id]

test('an entry names people and stories, with the role first and what the line before says left out', () => {
  const facts = { storyId: 'st_one', userId: 'us_ida', role: 'viewer', rights: ['comment', 'review'] }
  expect(auditDetails(entry({ subject: 'us_bo', facts }), nameOf)).toBe(
    'Bo Lind, as viewer, may comment and review, “The Toll House”',
  )
})

test('an id nobody has a name for stands last, and nothing empty is told', () => {
  const facts = { days: 7, rights: [], storyId: null, role: 'editor' }
  expect(auditDetails(entry({ subject: 'in_01', facts }), nameOf)).toBe('as editor, for 7 days, in_01')
  expect(auditDetails(entry({ subject: 'us_ida' }), nameOf)).toBe('')
})
