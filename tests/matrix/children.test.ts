import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import sharp from 'sharp'
import { breakDown } from '#lib/panels/breakdown.ts'
import type { Answer } from '../integration/server.ts'
import { ROWS } from './expected.ts'
import { buildWorld, type World } from './world.ts'

// One's own story with a child of somebody else's (A4), and fields only the server writes (A5).

/** Ids of a whole story nobody of the matrix but `host` may know, by the name of the path parameter. */
type Foreign = Readonly<Record<string, string>>

const CLICK = 'click-of-the-host'
let world: World
let foreign: Foreign
let foreignStory: string
let foreignBranch: string
let before: string
beforeAll(async () => {
  world = await buildWorld()
  const { services } = world.server
  const system = { id: 'system', kind: 'system' } as const
  foreignStory = String((await world.call('host', 'POST', '/api/stories', { title: 'The far shore' })).json['storyId'])
  foreignBranch = [...(services.events.state(foreignStory)?.branches.keys() ?? [])][0] ?? ''
  const command = (one: unknown) => services.stories.act(foreignStory, one as never, system)
  await command({ type: 'CreateScene', sceneId: 'sc_far', branchId: foreignBranch, x: 0, y: 0 })
  const drafted = breakDown({
    sceneId: 'sc_far' as never,
    prose: 'The far shore lay dark.',
    cast: [],
    newId: services.newId,
  })
  const panels = drafted.map(({ sceneId: _scene, ...panel }) => panel)
  const panelId = panels[0]?.id ?? ''
  await command({ type: 'AddPanels', sceneId: 'sc_far', panels })
  const made = async (answer: Answer, key: string) => {
    if (answer.status >= 300) throw new Error(`the far shore lacks its ${key}: ${answer.text}`)
    return answer.json as unknown as Record<string, never>
  }
  const at = `/api/stories/${foreignStory}`
  const run = await made(
    await world.call('host', 'POST', `${at}/runs`, {
      ...{ verb: 'branches', sceneId: 'sc_far', branchId: foreignBranch, provider: 'offline', clickKey: CLICK },
    }),
    'run',
  )
  const render = await made(await world.call('host', 'POST', `${at}/panels/render`, { panelIds: [panelId] }), 'job')
  const share = { role: 'viewer', rights: [], note: '', days: 1 }
  const invitation = await made(await world.call('host', 'POST', `${at}/invitations`, share), 'invitation')
  const bytes = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#864' } })
    .png()
    .toBuffer()
  const image = await services.images.add({ storyId: foreignStory, bytes, source: 'import', recipe: null })
  foreign = {
    sceneId: 'sc_far',
    panelId,
    jobId: (render['jobs'] as unknown as { id: string }[])[0]?.id ?? '',
    runId: run['id'] ?? '',
    sha256: image.sha256,
    invitationId: invitation['id'] ?? '',
    // Somebody, but no member of the world's story.
    userId: world.userId('non-member'),
    ordinal: '0',
  }
  before = await facts()
}, 120_000)
afterAll(() => world.close())

/** Everything of the foreign story that a request could have changed. */
async function facts(): Promise<string> {
  const { services } = world.server
  return JSON.stringify([
    services.events.state(foreignStory)?.version,
    await services.app.gpuJob.findMany({ where: { storyId: foreignStory }, select: { cancelRequestedAt: true } }),
    await services.app.invitation.findMany({ where: { storyId: foreignStory }, select: { revokedAt: true } }),
    await services.app.member.findMany({ where: { storyId: foreignStory } }),
  ])
}

/** A body each write would take if the child were one's own. */
const BODIES: Readonly<Record<string, unknown>> = {
  'POST /api/stories/:storyId/runs/:runId/verdict': { verdict: 'discarded' },
  'POST /api/stories/:storyId/runs/:runId/items/:ordinal': { state: 'discarded' },
  'PUT /api/stories/:storyId/members/:userId': { role: 'editor', rights: [] },
}

describe('[A4] a child of another story is not found under one’s own', () => {
  const twoIds = Object.keys(ROWS).filter((name) => (name.match(/:/g) ?? []).length > 1)

  test('[A4] every parameter beside the story has a foreign child', () => {
    const names = new Set(twoIds.flatMap((name) => [...name.matchAll(/:(\w+)/g)].map((match) => match[1])))
    names.delete('storyId')
    expect([...names].filter((name) => name === undefined || !foreign[name])).toEqual([])
  })

  for (const name of twoIds) {
    test(`[A4] ${name}`, async () => {
      const [method = '', path = ''] = name.split(' ')
      const address = path
        .replace(':storyId', world.storyId)
        .replaceAll(/:(\w+)/g, (_, parameter: string) => foreign[parameter] ?? parameter)
      const answer = await world.call('admin', method, address, BODIES[name])
      expect([name, answer.status]).toEqual([name, 404])
      expect(answer.text).not.toMatch(/far shore/i)
      expect(await facts()).toBe(before)
    })
  }

  test('[A4] ids inside bodies are held to the story too', async () => {
    const at = `/api/stories/${world.storyId}`
    const asked = { verb: 'continue', sceneId: 'sc_far', branchId: foreignBranch, provider: 'offline' }
    const answers = [
      await world.call('admin', 'POST', `${at}/context`, asked),
      await world.call('admin', 'POST', `${at}/runs`, { ...asked, clickKey: 'a-click-of-mine' }),
      await world.call('admin', 'POST', `${at}/panels/render`, { panelIds: [foreign['panelId']] }),
      await world.call('admin', 'POST', `${at}/owner`, { userId: world.userId('non-member') }),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([404, 404, 404, 404])
    expect(await facts()).toBe(before)
  })

  test('[A4] the click of somebody else answers with nothing of theirs', async () => {
    const asked = { verb: 'branches', sceneId: 'sc_far', branchId: foreignBranch, provider: 'offline', clickKey: CLICK }
    const answer = await world.call('admin', 'POST', `/api/stories/${world.storyId}/runs`, asked)
    expect(answer.status).toBe(404)
    expect(answer.text).not.toContain(foreign['runId'])
  })
})

describe('[A5] what only the server writes is refused in every JSON body', () => {
  const FIELDS = ['role', 'ownerId', 'cost', 'approvedBy', 'actor', '__proto__'] as const
  /** Bodies in which one of the words is a field of its own. */
  const MEANT: Readonly<Record<string, readonly string[]>> = {
    'POST /api/stories/:storyId/invitations': ['role'],
    'POST /api/admin/invitations': ['role'],
    'PUT /api/stories/:storyId/members/:userId': ['role'],
    'PATCH /api/admin/people/:userId': ['role'],
  }

  /** Where the body is one of several shapes, the word that says which. */
  const UNIONS: Readonly<Record<string, string>> = {
    'POST /api/stories/:storyId/runs/:runId/verdict': '{"verdict":"discarded",',
  }

  test('[A5] every write by six fields', { timeout: 120_000 }, async () => {
    const document = (await world.call('anonymous', 'GET', '/api/openapi.json')).json as unknown as {
      paths: Record<string, Record<string, { requestBody?: { content: Record<string, unknown> } }>>
    }
    const taken: string[] = []
    for (const [path, methods] of Object.entries(document.paths)) {
      for (const [method, { requestBody }] of Object.entries(methods)) {
        const name = `${method.toUpperCase()} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`
        const row = ROWS[name]
        if (!requestBody?.content['application/json'] || row === 'worker' || row === 'setup') continue
        const address = path
          .replace('{storyId}', world.storyId)
          .replaceAll(/\{(\w+)\}/g, (_, parameter: string) => foreign[parameter] ?? 'ollama')
        for (const field of FIELDS.filter((one) => !MEANT[name]?.includes(one))) {
          // As text: an object literal would swallow __proto__.
          const start = UNIONS[name] ?? '{'
          const answer = await world.call('host', method.toUpperCase(), address, `${start}"${field}":"x"}`)
          const named = JSON.stringify(answer.json['issues'] ?? '').includes(field)
          if (answer.status !== 400 || !named) taken.push(`${name} with ${field}: ${answer.status} ${answer.text}`)
        }
      }
    }
    expect(taken).toEqual([])
  })
})
