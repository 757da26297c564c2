import { describe, expect, test } from 'vitest'
import { decideAccess, PERMISSIONS, ROLES, type Permission, type Principal, type Role } from './policy.ts'

const person = (...roles: Role[]): Principal => ({
  userId: 'us_1',
  sessionId: 'se_1',
  name: 'Mara',
  roles,
  owner: false,
})

// Written out by hand, so that a slip in the table shows here: one letter per role, in the order of ROLES.
const EXPECTED: Readonly<Record<Permission, string>> = {
  public: 'yyyy',
  setup: '----',
  'signed-in': 'yyyn',
  'story.create': 'yynn',
  'story.read': 'yyyn',
  'story.comment': 'yyyn',
  'story.write': 'yynn',
  'story.delete': 'ynnn',
  'story.import': 'yynn',
  'story.export': 'yyyn',
  'writer.generate': 'yynn',
  'panel.render': 'yynn',
  admin: 'ynnn',
  worker: 'nnny',
}
const WORDS = { y: 'allowed', n: 'forbidden', '-': 'absent' } as const

describe('the table', () => {
  for (const permission of PERMISSIONS) {
    ROLES.forEach((role, i) => {
      const letter = EXPECTED[permission][i] as keyof typeof WORDS
      test(`[AC1] ${role} asking for ${permission}: ${WORDS[letter]}`, () => {
        expect(decideAccess(permission, person(role), true)).toBe(WORDS[letter])
      })
    })
  }

  test('[AC1] several roles grant what any of them grants', () => {
    expect(decideAccess('story.write', person('viewer', 'editor'), true)).toBe('allowed')
  })

  test('[AC1] no role grants nothing', () => {
    for (const permission of PERMISSIONS) {
      if (permission === 'public' || permission === 'setup') continue
      expect(decideAccess(permission, person(), true)).toBe('forbidden')
    }
  })
})

test('[AC3] without an owner everything but public and setup is refused, to everybody', () => {
  for (const permission of PERMISSIONS) {
    const open = permission === 'public' || permission === 'setup'
    for (const who of [null, person('admin'), person('service')]) {
      expect(decideAccess(permission, who, false)).toBe(open ? 'allowed' : 'forbidden')
    }
  }
})

test('[AC3] with an owner setup is absent', () => {
  expect(decideAccess('setup', person('admin'), true)).toBe('absent')
  expect(decideAccess('setup', null, true)).toBe('absent')
})

test('[AC4] nobody signed in is unauthenticated, never forbidden', () => {
  for (const permission of PERMISSIONS) {
    if (permission === 'public' || permission === 'setup') continue
    expect(decideAccess(permission, null, true)).toBe('unauthenticated')
  }
})
