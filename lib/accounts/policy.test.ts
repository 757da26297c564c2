import { describe, expect, test } from 'vitest'
import {
  decideAccess,
  HOUSE_PERMISSIONS,
  type HousePermission,
  type KeyGrant,
  PERMISSIONS,
  PERSON_ROLES,
  type PersonRole,
  type Principal,
  RIGHTS,
  type Right,
  ROLES,
  type Role,
  SCOPES,
  type Standing,
  STORY_PERMISSIONS,
  type StoryPermission,
} from './policy.ts'

const person = (...roles: Role[]): Principal => ({
  userId: 'us_1',
  sessionId: 'se_1',
  name: 'Mara',
  roles,
  owner: false,
  key: null,
})
const withKey = (who: Principal, key: Partial<KeyGrant>): Principal => ({
  ...who,
  key: { id: 'k', scopes: SCOPES, storyId: null, perMinute: 60, ...key },
})
const member = (role: PersonRole, ...rights: Right[]): Standing => ({ role, rights, owner: false })
const inStory = (standing: Standing | null) => ({ ownerExists: true, story: { id: 'st_1', standing } })
const house = { ownerExists: true }

const WORDS = { y: 'allowed', n: 'forbidden', a: 'absent' } as const
type Letter = keyof typeof WORDS

// Both tables written out by hand, so that a slip in the policy shows here.

/** One letter per role, in the order of ROLES. */
const HOUSE: Readonly<Record<HousePermission, string>> = {
  'story.list': 'yyyn',
  'story.create': 'yynn',
  'story.import': 'yynn',
  admin: 'ynnn',
  worker: 'nnny',
}
/** One letter per role in the story: admin, editor, viewer; then somebody who is no member. */
const STORY: Readonly<Record<StoryPermission, string>> = {
  'story.read': 'yyya',
  'story.comment': 'yyna',
  'story.review': 'yyna',
  'story.write': 'yyna',
  'story.export': 'yyna',
  'writer.generate': 'yyna',
  'panel.render': 'yyna',
  'story.merge': 'ynna',
  'story.publish': 'ynna',
  'story.delete': 'ynna',
  'story.members': 'ynna',
  'story.own': 'nnna',
}
const RIGHT_OPENS: Readonly<Record<Right, StoryPermission>> = {
  comment: 'story.comment',
  review: 'story.review',
  merge: 'story.merge',
  publish: 'story.publish',
}
/** The permissions each scope opens for a key of an admin who is also the story's owner. */
const SCOPE_OPENS = {
  'stories.read': ['story.list', 'story.read'],
  'stories.write': ['story.comment', 'story.review', 'story.write'],
  'stories.create': ['story.create', 'story.import'],
  'stories.export': ['story.export'],
  writer: ['writer.generate'],
  panels: ['panel.render'],
} as const

describe('the installation', () => {
  for (const permission of HOUSE_PERMISSIONS) {
    ROLES.forEach((role, i) => {
      const word = WORDS[HOUSE[permission][i] as Letter]
      test(`[AC1] ${role} asking for ${permission}: ${word}`, () => {
        expect(decideAccess(permission, person(role), house)).toBe(word)
      })
    })
  }

  test('[AC2] a machine is no person; several roles grant what any of them grants', () => {
    expect(decideAccess('signed-in', person('service'), house)).toBe('forbidden')
    expect(decideAccess('account', person('service'), house)).toBe('forbidden')
    expect(decideAccess('story.create', person('viewer', 'editor'), house)).toBe('allowed')
  })
})

describe('a story', () => {
  for (const permission of STORY_PERMISSIONS) {
    const standings = [...PERSON_ROLES.map((role) => member(role)), null]
    standings.forEach((standing, i) => {
      const word = WORDS[STORY[permission][i] as Letter]
      test(`[AC20] ${standing?.role ?? 'a stranger'} asking for ${permission}: ${word}`, () => {
        expect(decideAccess(permission, person('viewer'), inStory(standing))).toBe(word)
        // What somebody may do on the installation changes nothing here, unless they are its admin.
        expect(decideAccess(permission, person('editor'), inStory(standing))).toBe(word)
      })
    })
  }

  test('[AC21] a right opens its permission to a viewer, and nothing else', () => {
    for (const right of RIGHTS) {
      for (const permission of STORY_PERMISSIONS) {
        const open = permission === RIGHT_OPENS[right] || permission === 'story.read'
        expect([
          right,
          permission,
          decideAccess(permission, person('viewer'), inStory(member('viewer', right))),
        ]).toEqual([right, permission, open ? 'allowed' : 'forbidden'])
      }
    }
  })

  test('[AC22] an admin of the installation is an admin of every story, but does not own it', () => {
    for (const standing of [null, member('viewer')]) {
      for (const permission of STORY_PERMISSIONS) {
        const expected = permission === 'story.own' ? 'forbidden' : 'allowed'
        expect(decideAccess(permission, person('admin'), inStory(standing))).toBe(expected)
      }
    }
  })

  test('[AC23] only its owner, or the owner of the installation, gives a story away', () => {
    expect(decideAccess('story.own', person('viewer'), inStory({ ...member('admin'), owner: true }))).toBe('allowed')
    expect(decideAccess('story.own', { ...person('admin'), owner: true }, inStory(null))).toBe('allowed')
  })

  test('[AC20] without a story there is nothing to allow, and a machine gets nothing', () => {
    for (const permission of STORY_PERMISSIONS) {
      expect(decideAccess(permission, person('admin'), house)).toBe('absent')
      expect(decideAccess(permission, person('service'), inStory(member('admin')))).toBe('forbidden')
    }
  })
})

describe('keys', () => {
  const owner: Principal = { ...person('admin'), owner: true }
  const ground = inStory({ ...member('admin'), owner: true })

  for (const scope of SCOPES) {
    test(`[AC24] the scope ${scope} opens its permissions and no other`, () => {
      const open = PERMISSIONS.filter(
        (permission) =>
          permission !== 'public' &&
          permission !== 'signed-in' &&
          decideAccess(permission, withKey(owner, { scopes: [scope] }), ground) === 'allowed',
      )
      expect([...open].sort()).toEqual([...SCOPE_OPENS[scope]].sort())
    })
  }

  test('[AC24] a key never gives more than its person holds', () => {
    for (const permission of PERMISSIONS) {
      for (const who of [person('viewer'), person('editor'), person('admin')]) {
        for (const standing of [null, member('viewer'), member('editor'), member('admin')]) {
          const byKey = decideAccess(permission, withKey(who, {}), inStory(standing))
          const bySession = decideAccess(permission, who, inStory(standing))
          if (byKey === 'allowed') expect(bySession).toBe('allowed')
        }
      }
    }
  })

  test('[AC25] a key of one story opens that story, lists it, and makes nothing beside it', () => {
    const bound = withKey(owner, { storyId: 'st_1' })
    expect(decideAccess('story.write', bound, ground)).toBe('allowed')
    expect(decideAccess('story.read', bound, { ...ground, story: { ...ground.story, id: 'st_2' } })).toBe('absent')
    expect(decideAccess('story.list', bound, ground)).toBe('allowed')
    expect(decideAccess('story.create', bound, ground)).toBe('forbidden')
  })

  test('[AC26] no key reaches the account, the administration, members or ownership', () => {
    for (const permission of ['account', 'admin', 'story.members', 'story.own', 'story.delete'] as const) {
      expect(decideAccess(permission, withKey(owner, {}), ground)).toBe('forbidden')
    }
  })
})

test('[AC3] without an owner everything but public and setup is refused, to everybody', () => {
  for (const permission of PERMISSIONS) {
    const open = permission === 'public' || permission === 'setup'
    for (const who of [null, person('admin'), person('service'), withKey(person('admin'), {})]) {
      expect(decideAccess(permission, who, { ownerExists: false })).toBe(open ? 'allowed' : 'forbidden')
    }
  }
})

test('[AC3] with an owner setup is absent', () => {
  expect(decideAccess('setup', person('admin'), house)).toBe('absent')
  expect(decideAccess('setup', null, house)).toBe('absent')
})

test('[AC4] nobody signed in is unauthenticated, never forbidden; no role grants nothing', () => {
  for (const permission of PERMISSIONS) {
    if (permission === 'public' || permission === 'setup') continue
    expect(decideAccess(permission, null, inStory(null))).toBe('unauthenticated')
    expect(decideAccess(permission, person(), inStory(member('admin')))).toBe('forbidden')
  }
})
