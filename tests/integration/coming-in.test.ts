import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { comeIn, letIn, makeStory, PASSWORD, register, secretOf } from '#tests/support/people.ts'
import { startServer, type Browser, type TestServer } from './server.ts'

// How people get an account and into a story: invitations, registration, password resets.

const DAY_MS = 24 * 3_600_000
let server: TestServer
let owner: Browser
let now = 0

beforeEach(async () => {
  now = Date.UTC(2026, 0, 1)
  server = await startServer({ clock: () => now })
  owner = await server.owner()
})
afterEach(() => server.close())

/** Both at once, as after a pause: time moves on and the browser renews its access. */
async function later(ms: number, ...browsers: readonly Browser[]): Promise<void> {
  now += ms
  for (const browser of browsers) await browser.call('POST', '/api/auth/refresh')
}
const invite = (by: Browser, role = 'editor', days = 7) =>
  by.call('POST', '/api/admin/invitations', { role, note: 'for Ben', days })
const newcomer = (login: string, token?: string) => ({
  ...(token === undefined ? {} : { token }),
  ...{ name: 'Ben', login, password: PASSWORD },
})
const look = (token: string) => server.browser().call('POST', '/api/invitations/look', { token })

describe('invitations to the installation', () => {
  test('[AC35] a link lets one person in with the role it names, and is used up', async () => {
    const made = await invite(owner)
    expect(made.status).toBe(201)
    expect(String(made.json['link'])).toMatch(new RegExp(`^${server.origin}/join#[A-Za-z0-9_-]{43}$`))
    const token = secretOf(made)
    expect((await look(token)).json).toMatchObject({
      ...{ kind: 'installation', storyTitle: null, role: 'editor', invitedBy: 'Mara Quill' },
      expiresAt: new Date(now + 7 * DAY_MS).toISOString(),
    })

    const ben = server.browser()
    const answer = await ben.call('POST', '/api/auth/register', newcomer('ben', token))
    expect([answer.status, answer.json['storyId']]).toEqual([201, null])
    expect((await ben.call('GET', '/api/auth/me')).json).toMatchObject({
      user: { name: 'Ben', login: 'ben', roles: ['editor'], owner: false },
      permissions: ['story.list', 'story.create', 'story.import'],
    })
    const second = await server.browser().call('POST', '/api/auth/register', newcomer('cora', token))
    expect([second.status, second.json['code']]).toEqual([404, 'invitation-link'])
    expect((await look(token)).status).toBe(404)
  })

  test('[AC35] of twenty who register with one link at once, one gets in', async () => {
    const token = secretOf(await invite(owner))
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        server.browser().call('POST', '/api/auth/register', newcomer(`guest${i}`, token)),
      ),
    )
    const counts = answers.map((answer) => answer.status).sort()
    expect(counts).toEqual([201, ...Array.from({ length: 19 }, () => 404)])
    expect(await server.services.app.user.count()).toBe(2)
  })

  test('[AC35] it ends on its day, when withdrawn, and is stored only as a hash', async () => {
    const old = secretOf(await invite(owner, 'viewer', 1))
    const withdrawn = await invite(owner, 'viewer', 30)
    expect(JSON.stringify(await server.services.app.invitation.findMany())).not.toContain(old)
    await later(DAY_MS - 1, owner)
    expect((await look(old)).status).toBe(200)
    await later(1, owner)
    expect((await look(old)).status).toBe(404)

    expect((await look(secretOf(withdrawn))).status).toBe(200)
    const { invitations } = (await owner.call('GET', '/api/admin/invitations')).json as unknown as {
      invitations: { id: string; role: string; note: string }[]
    }
    expect(invitations).toMatchObject([{ role: 'viewer', rights: [], note: 'for Ben', invitedBy: 'Mara Quill' }])
    const path = `/api/admin/invitations/${invitations[0]?.id}`
    expect((await owner.call('DELETE', path)).status).toBe(204)
    expect((await owner.call('DELETE', path)).status).toBe(404)
    expect((await look(secretOf(withdrawn))).status).toBe(404)
  })

  test('[A7] [AC35] it dies with its author’s right to give it', async () => {
    const ben = await comeIn(server, owner, 'ben', 'admin')
    const token = secretOf(await invite(ben.browser, 'admin'))
    expect((await look(token)).status).toBe(200)
    await owner.call('PATCH', `/api/admin/people/${ben.id}`, { role: 'editor' })
    expect((await look(token)).status).toBe(404)
    const answer = await server.browser().call('POST', '/api/auth/register', newcomer('cora', token))
    expect(answer.json['code']).toBe('invitation-link')
    await owner.call('PATCH', `/api/admin/people/${ben.id}`, { role: 'admin' })
    expect((await look(token)).status).toBe(200)
    await owner.call('PATCH', `/api/admin/people/${ben.id}`, { suspended: true })
    expect((await look(token)).status).toBe(404)
  })

  test('[A5] days, role and note are bounded', async () => {
    for (const wrong of [
      { days: 0 },
      { days: 31 },
      { role: 'service' },
      { role: 'owner' },
      { note: 'x'.repeat(201) },
    ]) {
      const body = { role: 'viewer', note: '', days: 1, ...wrong }
      expect((await owner.call('POST', '/api/admin/invitations', body)).status).toBe(400)
    }
  })
})

describe('invitations to a story', () => {
  test('[AC36] a newcomer gets the story’s role there and the least on the installation', async () => {
    const storyId = await makeStory(owner)
    const wish = { role: 'editor', rights: ['merge'], note: 'for Ben', days: 3 }
    const token = secretOf(await owner.call('POST', `/api/stories/${storyId}/invitations`, wish))
    expect((await look(token)).json).toMatchObject({
      ...{ kind: 'story', storyTitle: 'The shared shore', role: 'editor', rights: ['merge'] },
    })
    const ben = server.browser()
    expect((await ben.call('POST', '/api/auth/register', newcomer('ben', token))).json['storyId']).toBe(storyId)
    expect((await ben.call('GET', '/api/auth/me')).json['permissions']).toEqual(['story.list'])
    const held = (await ben.call('GET', `/api/stories/${storyId}/access`)).json as unknown as { permissions: string[] }
    expect(held).toMatchObject({ role: 'editor', rights: ['merge'], owner: false })
    expect(held.permissions).toContain('story.merge')
    expect(held.permissions).not.toContain('story.publish')
  })

  test('[AC35] somebody with an account takes it up once; a member has nothing to take', async () => {
    const storyId = await makeStory(owner)
    const ben = await comeIn(server, owner, 'ben')
    const wish = { role: 'viewer', rights: [], note: '', days: 3 }
    const token = secretOf(await owner.call('POST', `/api/stories/${storyId}/invitations`, wish))
    expect((await ben.browser.call('GET', `/api/stories/${storyId}/access`)).status).toBe(404)
    expect((await ben.browser.call('POST', '/api/invitations/accept', { token })).json).toEqual({ storyId })
    expect((await ben.browser.call('GET', `/api/stories/${storyId}/access`)).json['role']).toBe('viewer')
    expect((await ben.browser.call('POST', '/api/invitations/accept', { token })).status).toBe(404)

    const another = secretOf(await owner.call('POST', `/api/stories/${storyId}/invitations`, wish))
    expect((await ben.browser.call('POST', '/api/invitations/accept', { token: another })).status).toBe(409)
    expect((await owner.call('POST', '/api/invitations/accept', { token: another })).status).toBe(409)
    // Neither used it up.
    expect((await look(another)).status).toBe(200)
  })

  test('[AC35] a link to the installation gives nothing to somebody who is in already', async () => {
    const ben = await comeIn(server, owner, 'ben', 'viewer')
    const token = secretOf(await invite(owner, 'admin'))
    expect((await ben.browser.call('POST', '/api/invitations/accept', { token })).status).toBe(409)
    expect((await ben.browser.call('GET', '/api/auth/me')).json['user']?.['roles']).toEqual(['viewer'])
  })

  test('[A3] [AC27] whoever is no admin of the story invites nobody; a link dies with its author’s membership', async () => {
    const storyId = await makeStory(owner)
    const [ben, cora] = [await comeIn(server, owner, 'ben'), await comeIn(server, owner, 'cora')]
    await letIn(owner, storyId, ben, 'admin')
    await letIn(owner, storyId, cora, 'editor')
    const path = `/api/stories/${storyId}/invitations`
    const wish = { role: 'admin', rights: [], note: '', days: 3 }
    expect((await cora.browser.call('POST', path, { ...wish, role: 'viewer' })).status).toBe(403)
    const token = secretOf(await ben.browser.call('POST', path, wish))
    expect((await look(token)).status).toBe(200)
    await owner.call('PUT', `/api/stories/${storyId}/members/${ben.id}`, { role: 'editor', rights: [] })
    expect((await look(token)).status).toBe(404)
    await owner.call('DELETE', `/api/stories/${storyId}/members/${ben.id}`)
    const answer = await server.browser().call('POST', '/api/auth/register', newcomer('dora', token))
    expect(answer.json['code']).toBe('invitation-link')
  })

  test('[A4] an invitation of another story, or of the installation, is not found', async () => {
    const [mine, other] = [await makeStory(owner), await makeStory(owner, 'Elsewhere')]
    const wish = { role: 'viewer', rights: [], note: '', days: 3 }
    const { id } = (await owner.call('POST', `/api/stories/${other}/invitations`, wish)).json as unknown as {
      id: string
    }
    expect((await owner.call('DELETE', `/api/stories/${mine}/invitations/${id}`)).status).toBe(404)
    expect((await owner.call('DELETE', `/api/admin/invitations/${id}`)).status).toBe(404)
    expect((await owner.call('POST', '/api/stories/st_nowhere/invitations', wish)).status).toBe(404)
    expect((await owner.call('DELETE', `/api/stories/${other}/invitations/${id}`)).status).toBe(204)
  })
})

describe('registration', () => {
  test('[B7] it is closed without an invitation until an admin opens it, and says so', async () => {
    const closed = await server.browser().call('POST', '/api/auth/register', newcomer('ben'))
    expect([closed.status, closed.json['code']]).toEqual([403, 'registration-closed'])
    expect((await server.browser().call('GET', '/api/auth/state')).json['registration']).toBe('invitation')

    const open = { registration: 'open', openRole: 'editor' }
    expect((await owner.call('PUT', '/api/admin/registration', open)).json).toEqual(open)
    expect((await owner.call('GET', '/api/admin/registration')).json).toEqual(open)
    expect((await server.browser().call('GET', '/api/auth/state')).json['registration']).toBe('open')
    const { browser } = await register(server, { login: 'ben' })
    expect((await browser.call('GET', '/api/auth/me')).json['user']?.['roles']).toEqual(['editor'])
    await owner.call('PUT', '/api/admin/registration', { registration: 'open', openRole: 'viewer' })
    const second = await register(server, { login: 'cora' })
    expect((await second.browser.call('GET', '/api/auth/me')).json['user']?.['roles']).toEqual(['viewer'])
    expect((await owner.call('PUT', '/api/admin/registration', { ...open, openRole: 'admin' })).status).toBe(400)
  })

  test('[B7] a taken name says so at its field and loses nothing: the invitation stays good', async () => {
    const token = secretOf(await invite(owner))
    const taken = await server.browser().call('POST', '/api/auth/register', newcomer('MARA@example.org', token))
    expect([taken.status, taken.json['issues']?.[0]?.['path']]).toEqual([409, ['login']])
    const weak = { ...newcomer('ben', token), password: 'password1' }
    expect((await server.browser().call('POST', '/api/auth/register', weak)).status).toBe(400)
    await register(server, { token, login: 'ben' })
  })

  test('[B7] of ten who want one name at once, one gets it, and the log knows of one', async () => {
    await owner.call('PUT', '/api/admin/registration', { registration: 'open', openRole: 'viewer' })
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => server.browser().call('POST', '/api/auth/register', newcomer('ben'))),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)])
    // The owner's own set-up is the other entry.
    expect(await server.services.app.auditEntry.count({ where: { action: 'registered' } })).toBe(2)
  })

  test('[B7] [B6] an address that asks for many taken names has to wait', async () => {
    await owner.call('PUT', '/api/admin/registration', { registration: 'open', openRole: 'viewer' })
    const ask = () => server.browser().call('POST', '/api/auth/register', newcomer('mara@example.org'))
    for (let i = 0; i < 5; i++) expect((await ask()).status).toBe(409)
    const late = await ask()
    expect([late.status, late.json['code']]).toEqual([429, 'rate-limited'])
    expect(Number(late.headers['retry-after'])).toBeGreaterThan(0)
  })

  test('[B5] a weak password is refused with a reason at the field', async () => {
    await owner.call('PUT', '/api/admin/registration', { registration: 'open', openRole: 'viewer' })
    for (const password of ['short', 'password1', 'aaaaaaaaaa', 'benjamin1', 'x'.repeat(129)]) {
      const person = { ...newcomer('benjamin'), password }
      const answer = await server.browser().call('POST', '/api/auth/register', person)
      expect([password, answer.status, answer.json['issues']?.[0]?.['path']?.[0]]).toEqual([password, 400, 'password'])
    }
  })

  test('[A5] nobody registers with a role, an owner flag or an id of their own', async () => {
    await owner.call('PUT', '/api/admin/registration', { registration: 'open', openRole: 'viewer' })
    for (const extra of [{ role: 'admin' }, { roles: ['admin'] }, { owner: true }, { id: 'us_me' }, { epoch: 9 }]) {
      const answer = await server.browser().call('POST', '/api/auth/register', { ...newcomer('ben'), ...extra })
      expect(answer.status).toBe(400)
    }
  })
})

describe('password reset', () => {
  const makeLink = (id: string, by = owner) => by.call('POST', `/api/admin/people/${id}/reset-link`)
  const reset = (token: string, password: string, browser = server.browser()) =>
    browser.call('POST', '/api/auth/reset', { token, password })

  test('[B7] a link sets a password once; every other session ends and the old password is gone', async () => {
    const ben = await comeIn(server, owner, 'ben')
    const made = await makeLink(ben.id)
    expect([made.status, made.json['expiresAt']]).toEqual([201, new Date(now + 30 * 60_000).toISOString()])
    expect(String(made.json['link'])).toMatch(new RegExp(`^${server.origin}/reset#[A-Za-z0-9_-]{43}$`))
    const token = secretOf(made)
    expect(JSON.stringify(await server.services.app.passwordReset.findMany())).not.toContain(token)
    // A weak one is refused and leaves the link good (B5).
    expect((await reset(token, 'password1')).status).toBe(400)

    const fresh = server.browser()
    expect((await reset(token, 'ten patient herons', fresh)).status).toBe(200)
    expect((await fresh.call('GET', '/api/auth/me')).status).toBe(200)
    expect((await ben.browser.call('GET', '/api/auth/me')).status).toBe(401)
    expect((await ben.browser.call('POST', '/api/auth/refresh')).status).toBe(401)
    const again = await reset(token, 'eleven patient herons')
    expect([again.status, again.json['code']]).toEqual([404, 'reset-link'])
    const signIn = (password: string) => server.browser().call('POST', '/api/auth/sign-in', { login: 'ben', password })
    expect((await signIn(PASSWORD)).status).toBe(401)
    expect((await signIn('ten patient herons')).status).toBe(200)
  })

  test('[B7] of ten at once one sets the password', async () => {
    const ben = await comeIn(server, owner, 'ben')
    const token = secretOf(await makeLink(ben.id))
    const answers = await Promise.all(Array.from({ length: 10 }, (_, i) => reset(token, `${i} patient herons`)))
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1)
    expect(answers.filter((answer) => answer.status === 404)).toHaveLength(9)
  })

  test('[B7] it is good for thirty minutes, and only the newest is', async () => {
    const ben = await comeIn(server, owner, 'ben')
    const first = secretOf(await makeLink(ben.id))
    const second = secretOf(await makeLink(ben.id))
    expect((await reset(first, 'ten patient herons')).status).toBe(404)
    now += 30 * 60_000
    expect((await reset(second, 'ten patient herons')).status).toBe(404)
    await owner.call('POST', '/api/auth/refresh')
    const third = secretOf(await makeLink(ben.id))
    now += 30 * 60_000 - 1
    expect((await reset(third, 'ten patient herons')).status).toBe(200)
  })

  test('[AC37] a password changed meanwhile ends the link', async () => {
    const ben = await comeIn(server, owner, 'ben')
    const token = secretOf(await makeLink(ben.id))
    await ben.browser.call('POST', '/api/auth/password', { current: PASSWORD, next: 'ten patient herons' })
    expect((await reset(token, 'eleven patient herons')).status).toBe(404)
  })

  test('[A3] [AC34] no admin makes a link for the owner, and none is made for somebody suspended', async () => {
    const [ben, cora] = [await comeIn(server, owner, 'ben', 'admin'), await comeIn(server, owner, 'cora')]
    const { id } = (await owner.call('GET', '/api/auth/me')).json['user'] as unknown as { id: string }
    expect((await makeLink(id, ben.browser)).status).toBe(403)
    const token = secretOf(await makeLink(cora.id, ben.browser))
    await owner.call('PATCH', `/api/admin/people/${cora.id}`, { suspended: true })
    expect((await makeLink(cora.id)).status).toBe(409)
    expect((await reset(token, 'ten patient herons')).status).toBe(404)
    expect((await makeLink('us_nobody')).status).toBe(404)
  })
})
