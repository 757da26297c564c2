import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { docFromText } from '#lib/prose/text.ts'
import { contextPreview, runView, usageSummary } from '#lib/writer/run.ts'
import { FAKE_TEXT, fakeLlmWire } from '#tests/fakes/fake-llm-wire.ts'
import type { RunView } from '#lib/writer/run.ts'
import type { FakeWire } from '#tests/fakes/fake-llm-wire.ts'
import { comeIn } from '#tests/support/people.ts'
import { startServer, temporaryFolder, type Browser, type TestServer } from './server.ts'

let server: TestServer
let owner: Browser
let wire: FakeWire
let storyId: string
let branchId: string
let clicks = 0
const folder = temporaryFolder()

beforeAll(async () => {
  wire = await fakeLlmWire()
  server = await startServer({ dataDir: folder.path, unlimited: true })
  owner = await server.owner()
  const actor = { id: 'us_writer', kind: 'system' } as const
  storyId = await server.services.stories.create('The lamp room', actor)
  const state = server.services.events.state(storyId)
  branchId = [...(state?.branches.keys() ?? [])][0] ?? ''
  const scene = (id: string, title: string, text: string, from: string | null) => ({
    type: 'CreateScene',
    sceneId: id,
    branchId,
    x: 0,
    y: 0,
    fields: { title },
    prose: docFromText(text),
    ...(from === null ? {} : { link: { edgeId: `ed_${id}`, from, type: 'next' } }),
  })
  const scenes = [
    scene('sc_shore', 'Shore', 'Mara found a brass key in the wet sand. Who had lost it?', null),
    scene('sc_stairs', 'Stairs', 'She carried it up the stairs.', 'sc_shore'),
    scene('sc_lamp', 'Lamp room', 'The lamp was cold. Mara waited.', 'sc_stairs'),
    scene('sc_cellar', 'Cellar', 'A brass bell nobody on this path has heard.', 'sc_shore'),
  ]
  const batch = { type: 'Batch', label: 'story', commands: scenes } as Parameters<typeof server.services.stories.act>[1]
  expect(await server.services.stories.act(storyId, batch, actor)).toMatchObject({ status: 'committed' })
})
afterAll(async () => {
  await server.close()
  await wire.close()
  folder.remove()
})
beforeEach(() => {
  wire.modes.splice(0, wire.modes.length, 'ok')
  wire.requests.length = 0
})
afterEach(() => expect(wire.requests.every((seen) => !JSON.stringify(seen.body).includes('sk-test'))).toBe(true))

const ask = (over: object = {}) => ({
  verb: 'continue',
  sceneId: 'sc_lamp',
  branchId,
  instruction: '',
  provider: 'offline',
  ...over,
})
const path = (rest: string): string => `/api/stories/${storyId}/${rest}`

async function start(over: object = {}): Promise<RunView> {
  const answer = await owner.call('POST', path('runs'), { ...ask(over), clickKey: `click-number-${++clicks}` })
  expect(answer.status, answer.text).toBe(201)
  return runView.parse(answer.json)
}

async function ended(
  run: RunView,
  after = 0,
): Promise<{ events: { id: number; type: string; data: { text?: string; run?: RunView } }[]; run: RunView }> {
  const answer = await owner.call('GET', path(`runs/${run.id}/events?after=${after}`))
  expect(answer.headers['content-type']).toContain('text/event-stream')
  const events = answer.text
    .split('\n\n')
    .filter((block) => block.startsWith('id:'))
    .map((block) => {
      const [, id, type, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/s.exec(block) ?? []
      return { id: Number(id), type: type ?? '', data: JSON.parse(data ?? '{}') as { text?: string; run?: RunView } }
    })
  return { events, run: runView.parse(events.at(-1)?.data.run) }
}

async function useWire(kind: 'openai-compatible' | 'anthropic' | 'ollama', over: object = {}): Promise<void> {
  const baseUrl = kind === 'openai-compatible' ? `${wire.url}/v1` : wire.url
  const body = { enabled: true, baseUrl, model: 'tiny-1', key: 'sk-test-abcd', ...over }
  const answer = await owner.call('PUT', `/api/providers/${kind}`, body)
  expect(answer.status, answer.text).toBe(200)
}

describe('providers', () => {
  test('[WR34] a key is stored sealed, shown by four characters, kept when left out, removable', async () => {
    await useWire('anthropic')
    const listed = await owner.call('GET', '/api/providers')
    expect(listed.text).not.toContain('sk-test')
    expect(listed.text).toContain('"keyLast4":"abcd"')
    const row = await server.services.app.providerSetting.findUnique({ where: { kind: 'anthropic' } })
    expect(Buffer.from(row?.keyCipher ?? []).toString('latin1')).not.toContain('sk-test')
    await useWire('anthropic', { key: undefined, model: 'tiny-2' })
    expect((await owner.call('GET', '/api/providers')).text).toContain('"keyLast4":"abcd"')
    // Not sent to another address than the one it was given for.
    const elsewhere = { enabled: true, baseUrl: 'https://elsewhere.example', model: 'tiny-2' }
    const moved = await owner.call('PUT', '/api/providers/anthropic', elsewhere)
    expect([moved.status, moved.json['detail']]).toEqual([400, expect.stringContaining('for the old address')])
    await useWire('anthropic', { key: 'short-key' })
    // The end of a short key would say too much.
    expect((await owner.call('GET', '/api/providers')).text).toContain('"keyLast4":"****"')
    await useWire('anthropic', { key: null })
    const without = await owner.call('POST', path('runs'), {
      ...ask({ provider: 'anthropic' }),
      clickKey: 'no-key-at-all',
    })
    expect(without.status).toBe(409)
    expect(without.text).toContain('No key is set')
  })

  test('[WR8] a forbidden address is refused when it is set', async () => {
    const body = { enabled: true, baseUrl: 'http://169.254.169.254/v1', model: 'm' }
    expect((await owner.call('PUT', '/api/providers/ollama', body)).status).toBe(400)
  })

  test('[WR30] the test is a real call and leaves a usage record', async () => {
    await useWire('ollama')
    const good = await owner.call('POST', '/api/providers/ollama/test')
    expect(good.json).toMatchObject({ ok: true, model: 'tiny-1', models: ['tiny-1'] })
    wire.modes.splice(0, 1, '401')
    expect((await owner.call('POST', '/api/providers/ollama/test')).json).toMatchObject({ ok: false })
    const usage = usageSummary.parse((await owner.call('GET', '/api/usage')).json)
    expect(usage.calls.slice(0, 2).map((call) => [call.purpose, call.errorKind])).toEqual([
      ['test', 'auth'],
      ['test', null],
    ])
  })

  describe('[WR37] the test says', () => {
    const tried = async (kind: string) => (await owner.call('POST', `/api/providers/${kind}/test`)).json

    test('that nothing is there, without the wait for a first word', async () => {
      await useWire('ollama', { baseUrl: 'http://127.0.0.1:9999' })
      expect(await tried('ollama')).toMatchObject({ ok: false, problem: 'unreachable', models: [] })
      expect(wire.requests).toHaveLength(0)
    })

    test('that it is another API', async () => {
      await useWire('openai-compatible', { baseUrl: wire.url.replace(/\/v1$/, '') })
      expect(await tried('openai-compatible')).toMatchObject({ ok: false, problem: 'address', models: [] })
    })

    test('that the key is refused', async () => {
      await useWire('anthropic')
      wire.modes.splice(0, 1, '401')
      const answer = await tried('anthropic')
      expect(answer).toMatchObject({ ok: false, problem: 'key' })
      expect(JSON.stringify(answer)).not.toContain('sk-test')
    })

    test('which models there are while none is chosen, and that one is unknown', async () => {
      await useWire('ollama', { model: '' })
      expect(await tried('ollama')).toMatchObject({ ok: false, problem: 'model', model: '', models: ['tiny-1'] })
      const run = await owner.call('POST', path('runs'), { ...ask({ provider: 'ollama' }), clickKey: 'no-model-set' })
      expect(run.status).toBe(409)
      expect(run.text).toContain('No model is chosen')
      await useWire('ollama', { model: 'huge-9' })
      wire.modes.splice(0, 1, '404')
      const unknown = { ok: false, problem: 'model', model: 'huge-9', models: ['tiny-1'] }
      expect(await tried('ollama')).toMatchObject(unknown)
      await useWire('ollama')
      expect(await tried('ollama')).toMatchObject({ ok: false, problem: 'other' })
    })
  })

  test('[WR34] who does not administer sees names and models of providers, no address and no part of a key', async () => {
    await useWire('openai-compatible')
    const ada = await comeIn(server, owner, 'ada', 'viewer')
    const wish = { name: 'k', scopes: ['stories.read'], days: 1 }
    const key = String((await owner.call('POST', '/api/auth/keys', wish)).json['key'])
    const byKey = server.browser().call('GET', '/api/providers', undefined, { authorization: `Bearer ${key}` })
    for (const answer of [await ada.browser.call('GET', '/api/providers'), await byKey]) {
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('"model":"tiny-1"')
      expect([answer.text.includes(wire.url), answer.text.includes('abcd')]).toEqual([false, false])
    }
    expect((await owner.call('GET', '/api/providers')).text).toContain(wire.url)
  })

  test('[WR34] nobody who is not signed in sees or sets a provider', async () => {
    const stranger = server.browser()
    expect((await stranger.call('GET', '/api/providers')).status).toBe(401)
    expect((await stranger.call('PUT', '/api/providers/ollama', {})).status).toBe(401)
  })
})

describe('context', () => {
  test('[WR12] the preview is byte for byte what the provider receives, and holds nothing of another path', async () => {
    await useWire('openai-compatible')
    const asked = ask({ provider: 'openai-compatible', instruction: 'Use the brass key.' })
    const preview = contextPreview.parse((await owner.call('POST', path('context'), asked)).json)
    const { run } = await ended(await start(asked))
    const body = wire.requests[0]?.body as { messages: { role: string; content: string }[] }
    expect(body.messages[0]?.content).toBe(preview.pack.system)
    expect(body.messages[1]?.content).toBe(preview.pack.stable + preview.pack.volatile)
    expect(body.messages[1]?.content).not.toContain('brass bell')
    const kept = contextPreview.parse((await owner.call('GET', path(`runs/${run.id}/context`))).json)
    expect(kept.pack).toEqual(preview.pack)
    expect(preview.pack.items.map((item) => item.title)).toEqual(
      expect.arrayContaining(['Shore', 'Stairs', 'Lamp room']),
    )
  })

  test('[RT13] without its index file the writer still answers and the index comes back', async () => {
    await server.services.writer.retrieval.settled()
    expect(server.services.writer.retrieval.stats().chunks).toBe(4)
    rmSync(join(folder.path, 'index.db-shm'), { force: true })
    const answer = await owner.call('POST', path('context'), ask())
    expect(contextPreview.parse(answer.json).search.mode).toBe('lexical')
  })
})

describe('runs', () => {
  test('[WR22] the offline provider writes the same outline for the same story and says what it is', async () => {
    const one = await ended(await start({ instruction: 'Let the lamp be lit.' }))
    const two = await ended(await start({ instruction: 'Let the lamp be lit.' }))
    expect(one.run).toMatchObject({
      state: 'done',
      finishReason: 'stop',
      label: 'offline/outline-1',
      hostClass: 'built-in',
    })
    expect(one.run.text).toBe(two.run.text)
    expect(one.run.text).toContain('[Outline]')
    expect(one.run.text).toContain('Who had lost it?')
    expect(one.run.usage).toMatchObject({ costMicros: 0, calls: 1 })
  })

  test('[WR30] local calls cost nothing, cloud calls an unknown sum', async () => {
    await useWire('openai-compatible')
    expect((await ended(await start({ provider: 'openai-compatible' }))).run.usage?.costMicros).toBe(0)
    await useWire('anthropic')
    expect((await ended(await start({ provider: 'anthropic' }))).run.usage?.costMicros).toBeNull()
    const usage = usageSummary.parse((await owner.call('GET', path('usage'))).json)
    expect(usage.totals.find((row) => row.label === 'anthropic/tiny-1')?.unknownCost).toBe(1)
  })

  test('[WR36] a prompt that Ollama cut is said with the draft', async () => {
    await useWire('ollama')
    // The fake server counts 40 tokens, whatever it is sent.
    const { run } = await ended(await start({ provider: 'ollama', instruction: 'Rain on the glass. '.repeat(210) }))
    expect(run).toMatchObject({ state: 'done', finishReason: 'stop', text: FAKE_TEXT, error: { kind: 'context_cut' } })
    expect(run.error?.message).toContain('read only 40 tokens')
  })

  test('[WR31] a reader resumes from the last number', async () => {
    await useWire('openai-compatible')
    const run = await start({ provider: 'openai-compatible' })
    const whole = await ended(run)
    expect(whole.run.text).toBe(FAKE_TEXT)
    const rest = await ended(run, 10)
    expect(rest.events[0]).toMatchObject({ id: FAKE_TEXT.length, type: 'delta', data: { text: FAKE_TEXT.slice(10) } })
    expect((await ended(run, 99_999)).events[0]).toMatchObject({ type: 'reset', data: { text: FAKE_TEXT } })
  })

  test('[WR3] a cut draft is kept and named as such', async () => {
    await useWire('openai-compatible')
    wire.modes.splice(0, 1, 'truncate')
    const { run } = await ended(await start({ provider: 'openai-compatible' }))
    expect(run).toMatchObject({
      state: 'done',
      finishReason: 'truncated',
      text: FAKE_TEXT,
      error: { kind: 'disconnected' },
    })
  })

  test('[WR5] stop keeps the partial text', async () => {
    await useWire('openai-compatible')
    wire.modes.splice(0, 1, 'stall')
    const run = await start({ provider: 'openai-compatible' })
    await wait(async () => runView.parse((await owner.call('GET', path(`runs/${run.id}`))).json).text !== '')
    const stopped = runView.parse((await owner.call('POST', path(`runs/${run.id}/stop`))).json)
    expect(stopped).toMatchObject({ state: 'done', finishReason: 'aborted' })
    expect(FAKE_TEXT.startsWith(stopped.text)).toBe(true)
    expect(stopped.text).not.toBe('')
  })

  test('[WR31] one click is one run', async () => {
    const body = { ...ask(), clickKey: 'the-same-click' }
    const [a, b] = [await owner.call('POST', path('runs'), body), await owner.call('POST', path('runs'), body)]
    expect(runView.parse(a.json).id).toBe(runView.parse(b.json).id)
  })

  test('[WR33] text is taken into the scene once, marked with its run', async () => {
    await useWire('openai-compatible')
    const { run } = await ended(await start({ provider: 'openai-compatible' }))
    const taken = await owner.call('POST', path(`runs/${run.id}/verdict`), {
      verdict: 'edited',
      text: 'The lamp caught.',
    })
    expect(runView.parse(taken.json)).toMatchObject({ verdict: 'edited', wordsKept: 3 })
    expect(server.services.prose.text('sc_lamp')).toMatch(/Mara waited\.\n\nThe lamp caught\.$/)
    expect(JSON.stringify(server.services.prose.content('sc_lamp'))).toContain(run.id)
    expect((await owner.call('POST', path(`runs/${run.id}/verdict`), { verdict: 'accepted' })).status).toBe(409)
  })

  test('[WR33] a page that puts the text into its own editor only has the decision stored', async () => {
    const { run } = await ended(await start())
    const before = server.services.prose.text('sc_lamp')
    const body = { verdict: 'accepted', insert: 'editor' }
    const taken = runView.parse((await owner.call('POST', path(`runs/${run.id}/verdict`), body)).json)
    expect(taken).toMatchObject({ verdict: 'accepted', askedBy: 'Mara Quill' })
    expect(server.services.prose.text('sc_lamp')).toBe(before)
  })

  test('[WR21] a suggestion that cannot be read is asked for once more, then fails with its usage kept', async () => {
    await useWire('openai-compatible')
    const { run } = await ended(await start({ verb: 'branches', provider: 'openai-compatible' }))
    expect(wire.requests).toHaveLength(2)
    expect(run).toMatchObject({ finishReason: 'error', error: { kind: 'malformed' }, items: [], usage: { calls: 2 } })
    expect(run.text).toContain(FAKE_TEXT)
  })

  test('[WR33] three suggestions: accepted by the scene they became, discarded, open again after undo', async () => {
    const { run } = await ended(await start({ verb: 'branches' }))
    expect(run.items.map((item) => item.state)).toEqual(['open', 'open', 'open'])
    const [first, second] = run.items
    const put = (ordinal: number, state: string) =>
      owner.call('POST', path(`runs/${run.id}/items/${ordinal}`), { state })
    expect((await put(0, 'accepted')).status).toBe(409)
    const actor = { id: 'us_writer', kind: 'system' } as const
    const make = { type: 'CreateScene', sceneId: first?.sceneId, branchId, x: 5, y: 5 } as Parameters<
      typeof server.services.stories.act
    >[1]
    await server.services.stories.act(storyId, make, actor)
    expect(runView.parse((await put(0, 'accepted')).json).items[0]?.state).toBe('accepted')
    expect(runView.parse((await put(second?.ordinal ?? 1, 'discarded')).json).items[1]?.state).toBe('discarded')
    const drop = { type: 'DeleteScenes', sceneIds: [first?.sceneId] } as Parameters<
      typeof server.services.stories.act
    >[1]
    await server.services.stories.act(storyId, drop, actor)
    const listed = await owner.call('GET', path('runs?verb=branches'))
    const again = (listed.json as unknown as { runs: RunView[] }).runs.find((entry) => entry.id === run.id)
    expect(again?.items.map((item) => item.state)).toEqual(['open', 'discarded', 'open'])
  })

  describe('[WR35] when the ending cannot be stored', () => {
    const app = () => server.services.app
    const broken = { state: 'interrupted', finishReason: 'truncated', text: FAKE_TEXT, error: { kind: 'not_stored' } }
    const refuse = (name: string, when: string) =>
      app().$executeRawUnsafe(
        `CREATE TRIGGER ${name} BEFORE UPDATE ON "Run" WHEN ${when} BEGIN SELECT RAISE(ABORT, 'disk full'); END`,
      )
    const allow = (name: string) => app().$executeRawUnsafe(`DROP TRIGGER IF EXISTS ${name}`)
    afterEach(async () => {
      await allow('no_ending')
      await allow('no_update')
    })

    test('the run is interrupted with its text, its readers end, and the next one starts', async () => {
      await useWire('openai-compatible')
      await refuse('no_ending', `NEW.state = 'done'`)
      const run = await start({ provider: 'openai-compatible' })
      expect((await ended(run)).run).toMatchObject(broken)
      expect(await app().run.findUnique({ where: { id: run.id } })).toMatchObject({
        state: 'interrupted',
        text: FAKE_TEXT,
      })
      await allow('no_ending')
      expect((await ended(await start({ provider: 'openai-compatible' }))).run.state).toBe('done')
    })

    test('a stop comes through, and a text that cannot be stored at all is kept until it can', async () => {
      await useWire('openai-compatible')
      wire.modes.splice(0, 1, 'stall')
      await refuse('no_update', '1')
      const run = await start({ provider: 'openai-compatible' })
      const stopped = runView.parse((await owner.call('POST', path(`runs/${run.id}/stop`))).json)
      expect(stopped.state).toBe('interrupted')
      wire.modes.splice(0, 1, 'ok')
      const whole = await start({ provider: 'openai-compatible' })
      expect((await ended(whole)).run).toMatchObject(broken)
      expect((await app().run.findUnique({ where: { id: whole.id } }))?.state).toBe('running')
      await allow('no_update')
      const listed = (await owner.call('GET', path('runs'))).json as unknown as { runs: RunView[] }
      expect(listed.runs.find((one) => one.id === whole.id)).toMatchObject(broken)
      expect(await app().run.findUnique({ where: { id: whole.id } })).toMatchObject({
        state: 'interrupted',
        text: FAKE_TEXT,
      })
      const taken = await owner.call('POST', path(`runs/${whole.id}/verdict`), {
        verdict: 'accepted',
        insert: 'editor',
      })
      expect(taken.json).toMatchObject({ verdict: 'accepted' })
    })
  })

  test('[WR32] after a restart an unfinished run is interrupted and keeps its text', async () => {
    await useWire('openai-compatible')
    wire.modes.splice(0, 1, 'stall')
    const run = await start({ provider: 'openai-compatible' })
    await wait(async () => runView.parse((await owner.call('GET', path(`runs/${run.id}`))).json).text !== '')
    // As a killed process leaves it: the row still says running.
    await server.services.app.run.updateMany({ where: { id: run.id }, data: { text: 'The lamp' } })
    await server.services.app.run.create({
      data: {
        ...(await server.services.app.run.findUniqueOrThrow({ where: { id: run.id } })),
        id: 'ru_left',
        clickKey: 'left-over',
      },
    })
    await server.close()
    server = await startServer({ dataDir: folder.path, unlimited: true })
    owner = await server.owner()
    const left = runView.parse((await owner.call('GET', path('runs/ru_left'))).json)
    expect(left).toMatchObject({ state: 'interrupted', finishReason: 'truncated', text: 'The lamp' })
    const closed = runView.parse((await owner.call('GET', path(`runs/${run.id}`))).json)
    expect(closed).toMatchObject({ state: 'interrupted', finishReason: 'aborted' })
  })
})

async function wait(check: () => Promise<boolean>): Promise<void> {
  while (!(await check())) await new Promise((resolve) => setTimeout(resolve, 20))
}
