import { describe, expect, test } from 'vitest'
import { type AuditEntry, CHAIN_START, entryAfter, mayGoUnrecorded, unfitPart, verifyChain } from './audit.ts'

// A stand-in that tells every text apart; the server passes SHA-256.
const digest = (text: string) => `<${text}>`

function chain(length: number): AuditEntry[] {
  const entries: AuditEntry[] = []
  for (let n = 1; n <= length; n++) {
    const note = {
      action: 'role-changed',
      actor: 'us_1',
      subject: `us_${n}`,
      facts: { to: 'editor', from: 'viewer' },
    } as const
    entries.push(entryAfter(entries.at(-1) ?? CHAIN_START, note, 1000 + n, digest))
  }
  return entries
}

const brokenAt = (entries: readonly AuditEntry[]) => verifyChain(CHAIN_START, entries, digest).brokenAt

describe('verifyChain', () => {
  test('[AC40] an untouched chain is intact, in one piece or in pages', () => {
    const whole = chain(5)
    expect(brokenAt([])).toBeNull()
    const first = verifyChain(CHAIN_START, whole.slice(0, 2), digest)
    expect(first).toEqual({ head: { seq: 2, hash: whole[1]?.hash }, brokenAt: null })
    expect(verifyChain(first.head, whole.slice(2), digest)).toEqual({
      head: { seq: 5, hash: whole[4]?.hash },
      brokenAt: null,
    })
  })

  test('[AC40] every changed field is found where it stands', () => {
    const change = { at: 7, actor: 'x', action: 'x', subject: 'x', facts: '{"x":1}', previous: 'x', hash: 'x', seq: 9 }
    for (const [field, value] of Object.entries(change)) {
      const entries = chain(4).map((entry) => (entry.seq === 2 ? { ...entry, [field]: value } : entry))
      expect([field, brokenAt(entries)]).toEqual([field, 2])
    }
  })

  test('[AC40] a removed, swapped or inserted entry is found', () => {
    const [a, b, c, d] = chain(4) as [AuditEntry, AuditEntry, AuditEntry, AuditEntry]
    expect(brokenAt([b, c, d])).toBe(1)
    expect(brokenAt([a, c, d])).toBe(2)
    expect(brokenAt([a, c, b, d])).toBe(2)
    expect(brokenAt([a, b, b, c, d])).toBe(3)
    const forged = entryAfter(a, { action: 'sign-in', actor: 'us_9' }, 5, digest)
    expect(brokenAt([a, forged, b, c, d])).toBe(3)
  })
})

test('[AC40] facts are written with sorted keys', () => {
  expect(chain(1)[0]?.facts).toBe('{"from":"viewer","to":"editor"}')
})

test('[AC42] only what ends access or reports a refusal may go unrecorded', () => {
  expect(
    ['sign-out', 'session-ended', 'sessions-ended', 'sign-in-failed', 'denied'].map((action) =>
      mayGoUnrecorded(action as 'denied'),
    ),
  ).toEqual([true, true, true, true, true])
  expect(
    ['sign-in', 'role-changed', 'key-made', 'password-changed', 'data-exported'].map((action) =>
      mayGoUnrecorded(action as 'denied'),
    ),
  ).toEqual([false, false, false, false, false])
})

describe('unfitPart', () => {
  test('[AC43] ids, numbers, roles and lists of them fit', () => {
    const facts = { role: 'admin', days: 30, owner: false, storyId: null, scopes: ['stories.read', 'writer'] }
    expect(unfitPart({ action: 'key-made', actor: 'us_1', subject: 'wt_0aB-9', facts })).toBeNull()
    expect(unfitPart({ action: 'sign-in-failed', actor: 'nobody' })).toBeNull()
  })

  test.each(['Mara Quill', 'mara@example.org', 'a/b', 'Łucja', 'x'.repeat(121), '{}'])('[AC43] %s does not', (text) => {
    const note = { action: 'denied', actor: 'us_1' } as const
    expect(unfitPart({ ...note, actor: text })).toBe('actor')
    expect(unfitPart({ ...note, subject: text })).toBe('subject')
    expect(unfitPart({ ...note, facts: { what: text } })).toBe('what')
    expect(unfitPart({ ...note, facts: { what: ['ok', text] } })).toBe('what')
    expect(unfitPart({ ...note, facts: { [text]: 1 } })).toBe(text)
  })

  test('[AC43] nobody is named, never left empty', () =>
    expect(unfitPart({ action: 'denied', actor: '' })).toBe('actor'))
})
