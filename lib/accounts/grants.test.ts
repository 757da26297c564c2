import { expect, test } from 'vitest'
import {
  mayGrant,
  memberChangeRefusal,
  personChangeRefusal,
  signInRefusal,
  type PersonStanding,
  type Share,
} from './grants.ts'
import { PERSON_ROLES, RIGHTS, ROLES, type Standing } from './policy.ts'

const share = (role: Share['role'], ...rights: Share['rights']): Share => ({ role, rights })
const standing = (role: Share['role'], owner = false): Standing => ({ role, rights: [], owner })

test('[AC27] nobody hands out a role above their own or a right they lack', () => {
  expect(mayGrant(share('editor'), share('admin'))).toBe(false)
  expect(mayGrant(share('viewer'), share('editor'))).toBe(false)
  expect(mayGrant(share('editor', 'publish'), share('viewer', 'publish'))).toBe(true)
  for (const right of RIGHTS) {
    expect(mayGrant(share('editor'), share('viewer', right))).toBe(false)
    expect(mayGrant(share('admin'), share('viewer', right))).toBe(true)
  }
})

test('[AC28] only an admin of the story changes members; an admin may give every role', () => {
  for (const role of PERSON_ROLES) {
    for (const next of PERSON_ROLES) {
      const refusal = memberChangeRefusal(
        { userId: 'a', standing: standing(role) },
        { userId: 'b', standing: standing('viewer') },
        share(next),
      )
      expect([role, next, refusal === null]).toEqual([role, next, role === 'admin'])
    }
  }
})

test('[AC28] an admin of a story may give up being one; nobody raises themselves', () => {
  const me = (role: (typeof PERSON_ROLES)[number]) => ({ userId: 'a', standing: standing(role) })
  expect(memberChangeRefusal(me('admin'), me('admin'), share('viewer'))).toBeNull()
  expect(memberChangeRefusal(me('editor'), me('editor'), share('admin'))).not.toBeNull()
  expect(memberChangeRefusal(me('editor'), me('editor'), share('viewer'))).not.toBeNull()
})

test('[AC29] the owner of a story is changed and removed by nobody', () => {
  for (const userId of ['a', 'b']) {
    for (const next of [null, share('viewer')]) {
      expect(
        memberChangeRefusal(
          { userId: 'a', standing: standing('admin') },
          { userId, standing: standing('admin', true) },
          next,
        ),
      ).not.toBeNull()
    }
  }
})

test('[AC30] everybody but the owner may leave', () => {
  for (const role of PERSON_ROLES) {
    const me = { userId: 'a', standing: standing(role) }
    expect(memberChangeRefusal(me, me, null)).toBeNull()
  }
})

const person = (userId: string, role: PersonStanding['roles'][number], owner = false): PersonStanding => ({
  ...{ userId, owner },
  roles: [role],
})
const CHANGES = [{ role: 'viewer' }, { role: 'admin' }, { suspended: true }, { suspended: false }] as const

test('[AC31] only admins of the installation change others', () => {
  for (const role of ROLES) {
    for (const change of CHANGES) {
      const refusal = personChangeRefusal(person('a', role), person('b', 'editor'), change)
      expect([role, change, refusal === null]).toEqual([role, change, role === 'admin'])
    }
  }
})

test('[AC32] the owner of the installation is changed by nobody, not even by themselves', () => {
  for (const change of CHANGES) {
    const owner = person('o', 'admin', true)
    expect(personChangeRefusal(person('a', 'admin'), owner, change)).not.toBeNull()
    expect(personChangeRefusal(owner, owner, change)).not.toBeNull()
  }
})

test('[AC33] an admin neither demotes nor suspends themselves', () => {
  const me = person('a', 'admin')
  expect(personChangeRefusal(me, me, { role: 'editor' })).not.toBeNull()
  expect(personChangeRefusal(me, me, { role: 'admin', suspended: true })).not.toBeNull()
  expect(personChangeRefusal(me, me, { role: 'admin' })).toBeNull()
})

test('[AC34] the owner’s sign-in is handled by nobody from outside, one’s own by nobody, everybody else’s by admins', () => {
  const owner = person('o', 'admin', true)
  for (const role of ROLES) {
    expect(signInRefusal(person('a', role), owner)).not.toBeNull()
    expect(signInRefusal(person('a', role), person('a', role))).not.toBeNull()
    expect(signInRefusal(person('a', role), person('b', 'admin')) === null).toBe(role === 'admin')
  }
  expect(signInRefusal(owner, owner)).toContain('your settings')
  expect(signInRefusal(owner, person('b', 'admin'))).toBeNull()
})
