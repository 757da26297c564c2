import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { until } from '#tests/support/prose-client.ts'
import { type Lines, openLines, SCENE } from './lines.ts'
import { buildWorld, type World } from './world.ts'

// What a change of rights does to sockets that are open (A6, D5, C12).

let world: World
let lines: Lines
beforeAll(async () => {
  world = await buildWorld()
  lines = await openLines(world)
})
afterAll(() => world.close())
afterEach(() => lines.closeAll())

const rename = (title: string, clientId: string) => ({
  ...{ clientId, seq: 1, commandId: `co_${clientId}`, storyId: world.storyId },
  command: { type: 'UpdateScene', sceneId: SCENE, fields: { title } },
})

describe('[A6] [D5] rights that change while sockets are open', () => {
  const share = (role: 'viewer' | 'editor') => ({ role, rights: [] })
  const put = (role: 'viewer' | 'editor') =>
    world.call('admin', 'PUT', `/api/stories/${world.storyId}/members/${world.userId('editor')}`, share(role))

  test('[D5] a role that drops: the next command and the next key press are refused, and the page is told', async () => {
    const socket = await lines.join('editor')
    const text = await lines.open('editor')
    const told = new Promise((resolve) => socket.on('access', resolve))
    expect((await put('viewer')).status).toBe(204)
    expect(await told).toEqual({ storyId: world.storyId })
    expect(await socket.emitWithAck('command', rename('late', 'cl_drop'))).toMatchObject({
      refusal: { kind: 'forbidden' },
    })
    const before = world.server.services.prose.text(SCENE)
    await until(() => {
      text?.type('x')
      return (text?.receipts.refused ?? 0) > 0
    }, 'a refused key press')
    // What was typed before the once-a-second round may have been written; after it nothing is.
    const settled = world.server.services.prose.text(SCENE)
    expect(settled.length).toBeGreaterThanOrEqual(before.length)
    await put('editor')
  })

  test('[A6] a member who is removed loses both sockets and the story', async () => {
    const socket = await lines.join('editor')
    const text = await lines.open('editor')
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const path = `/api/stories/${world.storyId}/members/${world.userId('editor')}`
    expect((await world.call('admin', 'DELETE', path)).status).toBe(204)
    expect((await world.call('editor', 'GET', `/api/stories/${world.storyId}/snapshot`)).status).toBe(404)
    await closed
    expect((await text?.closed)?.code).toBe(4403)
    await world.server.services.members.put(world.storyId, world.userId('editor'), share('editor'), 'us_admin')
  })

  test('[A6] a suspended person loses both sockets and every session', async () => {
    const socket = await lines.join('editor')
    const text = await lines.open('editor')
    const closed = new Promise((resolve) => socket.on('disconnect', resolve))
    const path = `/api/admin/people/${world.userId('editor')}`
    expect((await world.call('host', 'PATCH', path, { suspended: true })).status).toBe(204)
    expect((await world.call('editor', 'GET', '/api/auth/me')).status).toBe(401)
    await closed
    expect((await text?.closed)?.code).toBe(4401)
    await world.call('host', 'PATCH', path, { suspended: false })
  })
})

describe('[D5] time that runs out while sockets are open', () => {
  test('[D5] an access token that runs out closes nothing: its session is asked at every message', async () => {
    const socket = await lines.join('admin')
    world.pass(11 * 60_000)
    expect((await world.call('admin', 'GET', '/api/auth/me')).status).toBe(401)
    expect(await socket.emitWithAck('command', rename('still here', 'cl_token'))).toMatchObject({ status: 'committed' })
  })

  test('[D5] a session past its time: the next message is refused, both sockets close within two seconds', async () => {
    expect((await world.browser('admin').call('POST', '/api/auth/refresh')).status).toBe(200)
    const [socket, quiet] = [await lines.join('admin'), await lines.join('admin')]
    const text = await lines.open('admin')
    const closed = Promise.all([socket, quiet].map((one) => new Promise((resolve) => one.on('disconnect', resolve))))
    world.pass(7 * 24 * 3_600_000)
    const since = performance.now()
    const answer = socket.emitWithAck('command', rename('too late', 'cl_late')).catch(() => 'no answer')
    expect(await answer).not.toMatchObject({ status: 'committed' })
    await closed
    // Signed out, not thrown out of the story: what was typed stays in the browser until they sign in again.
    expect((await text?.closed)?.code).toBe(4401)
    expect(performance.now() - since).toBeLessThan(2_000)
    const { services } = world.server
    expect(services.events.state(world.storyId)?.scenes.get(SCENE as never)?.title).not.toBe('too late')
  })
})
