import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jobId, storyId, userId } from '#lib/kernel/ids.ts'
import { createServices, type Services } from '#lib/server/container.ts'
import { parseEnv } from '#lib/server/env.ts'
import { holdPort, type HeldPort } from '#lib/server/http/listener.ts'
import { blobRoutes } from '#lib/server/http/blobs.ts'
import { jobRoutes } from '#lib/server/http/jobs.ts'
import { workerRoutes } from '#lib/server/http/worker.ts'

const ROOT = join(import.meta.dirname, '../..')
const PYTHON = process.env['TEST_PYTHON'] ?? join(ROOT, '.venv/bin/python')
const noPython = process.env['TEST_NO_PYTHON']
const STORY = storyId.parse('st_worker')
const COLD = { model: null, loras: [], shapes: [] }
const SIZE = { widthPx: 320, heightPx: 240 }

/** A real HTTP server with the worker's routes and a real Python worker as its own process. */
describe('a worker beside the app', { timeout: 300_000 }, () => {
  let folder: string
  let services: Services
  let held: HeldPort
  let url: string
  let token: string
  let offsetMs = 0
  const workers: ChildProcess[] = []

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'loom-worker-'))
    const port = await freePort()
    const env = parseEnv({ LOOM_PORT: String(port), LOOM_DATA_DIR: folder, LOOM_LOG: 'silent' })
    url = env.publicUrl
    held = await holdPort(env)
    services = await createServices(env, { clock: () => Date.now() + offsetMs })
    held.serve({ services, routes: [...workerRoutes, ...jobRoutes, ...blobRoutes], pages: null, doors: [] })
    const setup = new URL(services.auth.setupLink() ?? '').hash.slice(1)
    await services.auth.setUp(
      { token: setup, name: 'Ada', login: 'ada', password: 'seven looms in the attic' },
      { userAgent: 'test', address: '127.0.0.1' },
    )
    token = (await services.workers.createToken('attic', { kinds: ['render_panel'], stories: null }, 'command-line'))
      .token
  })

  afterAll(async () => {
    for (const worker of workers) worker.kill('SIGKILL')
    await held.close(100)
    await services.close()
    await rm(folder, { recursive: true, force: true })
  })

  function startWorker(name: string): { child: ChildProcess; said: () => string } {
    const child = spawn(PYTHON, ['-m', 'loom_gpu', 'run'], {
      cwd: join(ROOT, 'workers/gpu'),
      env: {
        NODE_ENV: 'test',
        PATH: process.env['PATH'] ?? '',
        PYTHONDONTWRITEBYTECODE: '1',
        LOOM_URL: url,
        LOOM_WORKER_TOKEN: token,
        LOOM_WORKER_NAME: name,
        LOOM_WORKER_BACKENDS: 'procedural,fake',
      },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    workers.push(child)
    let text = ''
    child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')))
    return { child, said: () => text }
  }

  async function queue(id: string, prompt = '', backend = 'procedural'): Promise<void> {
    const control = await storyboard()
    const sha256 = await services.blobs.put(control, { maxBytes: 1_000_000 })
    await services.jobs.enqueue({
      id: jobId.parse(id),
      kind: 'render_panel',
      class: 'interactive',
      storyId: STORY,
      userId: userId.parse('us_ada'),
      subject: 'pa_1',
      needs: { backend, model: null, loras: [], pixels: SIZE.widthPx * SIZE.heightPx, shape: '320x240' },
      inputs: [sha256],
      reuse: false,
      input: {
        panelId: 'pa_1',
        sceneId: 'sc_1',
        versionId: `pv_${id}`,
        parentVersionId: null,
        reason: 'first',
        backend,
        ...SIZE,
        seed: 11,
        control: { sha256, kind: 'storyboard', drawingVersion: '1', blueprintHash: 'abc' },
        prompt,
        promptVersion: '1',
        palette: 'colour',
      },
    })
  }

  async function until(id: string, fits: (job: NonNullable<Awaited<ReturnType<typeof look>>>) => boolean) {
    const deadline = Date.now() + 120_000
    for (;;) {
      const job = await look(id)
      if (job && fits(job)) return job
      if (Date.now() > deadline) throw new Error(`job ${id} is ${JSON.stringify(job)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
  const look = (id: string) => services.jobs.store.get(id)

  it.skipIf(noPython !== undefined)(
    '[JO5] draws a panel to done; the story may show it (needs Python 3.11)',
    async () => {
      await queue('jo_draw')
      const frames: string[] = []
      const stop = services.jobs.onProgress((view) => void frames.push(view.state))
      const { child, said } = startWorker('draws')
      const job = await until('jo_draw', (one) => one.state === 'done' || one.state === 'failed')
      expect(job.state, said()).toBe('done')
      expect(job.attempt).toBe(1)
      const [picture] = (job.result as { outputs: { sha256: string }[] }).outputs
      const shown = await services.images.read(STORY, picture?.sha256 ?? '')
      expect(shown?.row).toMatchObject({ width: 320, height: 240, mime: 'image/png', source: 'worker' })
      expect((await sharp(shown?.bytes).stats()).channels).toHaveLength(3)
      expect(frames).toContain('leased')
      expect(frames.at(-1)).toBe('done')
      stop()

      child.kill('SIGTERM')
      await once(child, 'exit')
      expect(child.exitCode).toBe(0)
    },
  )

  it.skipIf(noPython !== undefined)(
    '[JO4] a worker killed with -9 gives its job back; cancel stops the next (needs Python 3.11)',
    async () => {
      await queue('jo_slow', 'fault: slow', 'fake')
      const first = startWorker('killed')
      await until('jo_slow', (job) => job.state === 'leased' && job.progress !== null)
      first.child.kill('SIGKILL')
      await once(first.child, 'exit')
      expect(await services.jobs.store.sweepExpired()).toEqual([])
      offsetMs += 61_000
      await services.jobs.store.sweepExpired()
      expect(await look('jo_slow')).toMatchObject({ state: 'queued', losses: 1, attempt: 1 })

      const second = startWorker('takes over')
      await until('jo_slow', (job) => job.attempt === 2 && job.progress !== null)
      await services.jobs.cancel(STORY, 'jo_slow')
      await until('jo_slow', (job) => job.state === 'cancelled')
      second.child.kill('SIGTERM')
      await once(second.child, 'exit')
    },
  )

  it('[JO22] a wrong or revoked key gets nothing', async () => {
    const ask = (key: string) =>
      fetch(`${url}/api/worker/v1/hello`, { headers: { authorization: `Bearer ${key}` } }).then(
        (answer) => answer.status,
      )
    expect(await ask(token)).toBe(200)
    expect(await ask(`${token}x`)).toBe(401)
    const other = await services.workers.createToken('gone', { kinds: ['render_panel'], stories: null }, 'command-line')
    expect(await ask(other.token)).toBe(200)
    await services.workers.revoke(other.id, 'command-line')
    expect(await ask(other.token)).toBe(401)
  })

  describe('by hand', () => {
    let workerId: string
    const call = async (key: string, method: string, path: string, body?: unknown) => {
      const answer = await fetch(`${url}/api/worker/v1${path}`, {
        method,
        headers: {
          authorization: `Bearer ${key}`,
          ...(body instanceof Uint8Array
            ? { 'content-type': 'application/octet-stream' }
            : { 'content-type': 'application/json' }),
        },
        ...(body === undefined
          ? {}
          : { body: body instanceof Uint8Array ? new Uint8Array(body) : JSON.stringify(body) }),
      })
      return {
        status: answer.status,
        json: answer.headers.get('content-type')?.includes('json') ? await answer.json() : null,
      }
    }
    const hello = (key: string, protocol = 1) =>
      call(key, 'POST', '/hello', {
        protocol,
        version: '0',
        name: 'hand',
        gpu: 'CPU',
        vramBytes: 0,
        backends: ['procedural'],
        kinds: ['render_panel', 'from_the_future'],
        models: [],
        loras: [],
        warmShapes: [],
        maxPixels: 1_000_000,
        unknownField: 1,
      })
    const claim = (key: string) => call(key, 'POST', '/claim', { workerId, kinds: ['render_panel'], max: 1, waitMs: 0 })

    it('[JO24] an older protocol is told to update, a good one gets its id', async () => {
      expect((await hello(token, 0)).status).toBe(426)
      const answer = await hello(token)
      expect(answer).toMatchObject({ status: 200, json: { heartbeatMs: 10_000, minProtocol: 1 } })
      workerId = answer.json.workerId
    })

    it('[JO22] another key may neither use the worker nor touch its jobs and blobs', async () => {
      await queue('jo_hand')
      const [job] = (await claim(token)).json.jobs
      const other = (
        await services.workers.createToken('other', { kinds: ['render_panel'], stories: null }, 'command-line')
      ).token
      expect((await claim(other)).status).toBe(403)
      const beat = { leaseId: job.leaseId, phase: 'draw', step: 0, steps: null, etaMs: null, previewSha: null }
      expect((await call(other, 'POST', '/jobs/jo_hand/beat', beat)).status).toBe(404)
      expect((await call(token, 'POST', '/jobs/jo_hand/beat', beat)).status).toBe(200)
      const path = job.inputs[0].url.replace('/api/worker/v1', '')
      expect((await call(token, 'GET', path)).status).toBe(200)
      expect((await call(other, 'GET', path)).status).toBe(404)
      expect((await call(token, 'GET', path.replace(/[0-9a-f]{64}/, 'f'.repeat(64)))).status).toBe(404)
      expect((await call(token, 'POST', '/jobs/jo_hand/beat', { ...beat, leaseId: 'le_wrong' })).status).toBe(409)
    })

    it('[JO22] [A6] a key revoked while its claim waits is refused; what is queued then stays queued', async () => {
      const gone = await services.workers.createToken(
        'gone while waiting',
        { kinds: ['render_panel'], stories: null },
        'command-line',
      )
      const { json } = await hello(gone.token)
      const waiting = call(gone.token, 'POST', '/claim', {
        ...{ workerId: json.workerId, kinds: ['render_panel'], max: 1, waitMs: 20_000 },
      })
      await new Promise((resolve) => setTimeout(resolve, 200))
      await services.workers.revoke(gone.id, 'command-line')
      await queue('jo_late')
      const answer = await waiting
      expect([answer.status, answer.json?.jobs]).toEqual([401, undefined])
      expect(await look('jo_late')).toMatchObject({ state: 'queued', attempt: 0 })
      await services.jobs.cancel(STORY, 'jo_late')
    })

    it('[JO22] [A6] a key revoked in the moment of the claim gives back what it was about to get', async () => {
      const gone = await services.workers.createToken(
        'gone in time',
        { kinds: ['render_panel'], stories: null },
        'command-line',
      )
      const { json } = await hello(gone.token)
      await queue('jo_moment')
      let revoked: Promise<void> | null = null
      const stop = services.jobs.onProgress((view) => {
        if (view.state === 'leased') revoked ??= services.workers.revoke(gone.id, 'command-line')
      })
      const ask = { workerId: json.workerId, kinds: ['render_panel'], max: 1, waitMs: 0 }
      const answer = await call(gone.token, 'POST', '/claim', ask)
      stop()
      await revoked
      expect([answer.status, answer.json?.jobs]).toEqual([401, undefined])
      expect(await look('jo_moment')).toMatchObject({ state: 'queued', attempt: 0, leaseId: null })
      await services.jobs.cancel(STORY, 'jo_moment')
    })

    it('[JO26] a key bound to stories gets their jobs only, and reads nothing of others', async () => {
      const bound = await services.workers.createToken(
        'bound',
        { kinds: ['render_panel'], stories: ['st_elsewhere'] },
        'command-line',
      )
      const { json } = await hello(bound.token)
      await queue('jo_bound')
      const ask = { workerId: json.workerId, kinds: ['render_panel'], max: 1, waitMs: 0 }
      const answer = await call(bound.token, 'POST', '/claim', ask)
      expect(answer.json).toMatchObject({ jobs: [], skipped: { story: 1 } })
      // Even under a lease that names its worker: the key is asked, not the past.
      const { jobs } = await services.jobs.store.claim(
        { ...ask, backends: ['procedural'], models: [], loras: [], maxPixels: 1e6, stories: null, warm: COLD },
        1,
      )
      const [held] = jobs
      const path = `/blobs/${held?.inputs[0]}?job=jo_bound&lease=${held?.leaseId}`
      expect([held?.workerId, (await call(bound.token, 'GET', path)).status]).toEqual([json.workerId, 404])
      await services.jobs.cancel(STORY, 'jo_bound')
    })

    it('[JO23] [F2] outputs that are not what they claim are refused and nothing is committed', async () => {
      const held = await look('jo_hand')
      const lease = held?.leaseId ?? ''
      const put = (bytes: Uint8Array, sha: string) =>
        call(token, 'PUT', `/blobs/${sha}?job=jo_hand&lease=${lease}`, bytes)
      const small = new Uint8Array(
        await sharp({ create: { width: 9, height: 9, channels: 3, background: 'red' } })
          .png()
          .toBuffer(),
      )
      const sha = Buffer.from(await crypto.subtle.digest('SHA-256', small)).toString('hex')
      expect((await put(small, 'a'.repeat(64))).status).toBe(400)
      expect((await put(new TextEncoder().encode('<svg/>'), 'b'.repeat(64))).status).toBe(400)
      expect((await put(small.subarray(0, 60), 'b'.repeat(64))).status).toBe(400)
      const told = new Uint8Array(
        await sharp(small)
          .withExif({ IFD0: { Artist: 'somebody' } })
          .png()
          .toBuffer(),
      )
      const itsHash = Buffer.from(await crypto.subtle.digest('SHA-256', told)).toString('hex')
      const refused = await put(told, itsHash)
      expect([refused.status, await services.blobs.size(itsHash)]).toEqual([400, null])
      expect((await put(small, sha)).status).toBe(200)
      const done = (width: number) =>
        call(token, 'POST', '/jobs/jo_hand/done', {
          leaseId: lease,
          attempt: held?.attempt,
          outputs: [{ role: 'image', sha256: sha, mime: 'image/png', width, height: width }],
          usage: { gpuMs: 0, wallMs: 1, peakBytes: null },
          recipeEcho: {
            backend: 'procedural',
            backendVersion: '0',
            software: {},
            device: 'CPU',
            seed: 11,
            widthPx: 9,
            heightPx: 9,
            reproducible: 'exact',
          },
        })
      expect((await done(320)).status).toBe(400)
      expect((await done(9)).status).toBe(400)
      expect((await look('jo_hand'))?.state).toBe('leased')
      expect(await services.images.find(STORY, sha)).toBeNull()
    })
  })
})

/** A box on white, as PNG: dark lines and closed areas. */
async function storyboard(): Promise<Buffer> {
  const { widthPx: width, heightPx: height } = SIZE
  const pixels = Buffer.alloc(width * height, 255)
  for (let x = 40; x < 280; x++) for (const y of [40, 41, 120, 121, 200, 201]) pixels[y * width + x] = 0
  for (let y = 40; y < 202; y++) for (const x of [40, 41, 160, 161, 278, 279]) pixels[y * width + x] = 0
  return sharp(pixels, { raw: { width, height, channels: 1 } })
    .png()
    .toBuffer()
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  if (address === null || typeof address === 'string') throw new Error('no free port was given')
  return address.port
}
