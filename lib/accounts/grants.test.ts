import { expect, test } from 'vitest'
import { mayGrant, memberChangeRefusal, type Share } from './grants.ts'
import { PERSON_ROLES, RIGHTS, type Standing } from './policy.ts'

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
