import { monitorEventLoopDelay, performance } from 'node:perf_hooks'
import { verify } from '@node-rs/argon2'
import { jwtVerify } from 'jose'
import { io } from 'socket.io-client'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { OWNER, startServer, type TestServer } from '../integration/server.ts'
import type { BenchLine } from './line.ts'

const AT_ONCE = 10
const SIGN_INS = 200
const DECISIONS = 20_000
const TRIES_EACH = 24
const REVOCATIONS = 20

/** Sign-ins over HTTP, ten at once, and how long the event loop was held up; beside the bare hash at the same width. */
export async function signInLatency(): Promise<readonly BenchLine[]> {
  const server = await startServer({ unlimited: true })
  try {
    await server.owner()
    const { passwordHash } = await server.services.app.user.findFirstOrThrow({ select: { passwordHash: true } })
    const signIn = async () => {
      const answer = await server
        .browser()
        .call('POST', '/api/auth/sign-in', { login: OWNER.login, password: OWNER.password })
      if (answer.status !== 200) throw new Error(`a sign-in was refused: ${answer.text}`)
    }
    await inLanes(AT_ONCE, AT_ONCE, signIn)
    const delay = monitorEventLoopDelay({ resolution: 5 })
    delay.enable()
    const ours = await inLanes(SIGN_INS, AT_ONCE, signIn)
    delay.disable()
    const bare = await inLanes(SIGN_INS, AT_ONCE, () => verify(passwordHash, OWNER.password))
    const [value, reference] = [at95(ours), at95(bare)]
    const heldUp = round(delay.percentile(99) / 1e6)
    return [
      {
        name: `sign-in, ${AT_ONCE} at once, p95 of ${SIGN_INS}`,
        ...{ unit: 'ms', value, goal: '<= 400 ms', met: value <= 400 },
        reference: { name: 'bare argon2 check, as many at once, p95', value: reference },
      },
      {
        name: 'event loop held up meanwhile, p99',
        ...{ unit: 'ms', value: heldUp, goal: '< 50 ms', met: heldUp < 50 },
        reference: { name: 'the timer that measures it', value: 5 },
      },
    ]
  } finally {
    await server.close()
  }
}

/** Wrong passwords for names that exist and names that do not, in turns: the answer must not tell them apart by its time (B7). */
export async function knownAndUnknown(): Promise<BenchLine> {
  const server = await startServer({ unlimited: true })
  try {
    await server.owner()
    const { app } = server.services
    const { passwordHash } = await app.user.findFirstOrThrow({ select: { passwordHash: true } })
    const at = new Date()
    const known: number[] = []
    const unknown: number[] = []
    const wrong = (login: string) =>
      timed(() => server.browser().call('POST', '/api/auth/sign-in', { login, password: 'not this one' }))
    // No name twice and fewer than the tries one address has, so that no wait is measured.
    for (let i = 0; i < TRIES_EACH; i++) {
      const facts = { id: `us_known${i}`, name: `K ${i}`, login: `known${i}`, roles: '["viewer"]' }
      await app.user.create({ data: { ...facts, passwordHash, createdAt: at, changedAt: at } })
      known.push(await wrong(`known${i}`))
      unknown.push(await wrong(`nobody${i}`))
    }
    const [value, reference] = [median(known), median(unknown)]
    const apart = Math.abs(value / reference - 1)
    return {
      name: `refusal of a known name, median of ${TRIES_EACH}`,
      ...{ unit: 'ms', value, goal: 'within 10 % of an unknown one', met: apart <= 0.1 },
      reference: { name: 'refusal of an unknown name', value: reference },
    }
  } finally {
    await server.close()
  }
}

/** What a request pays for being judged: reading its cookie, the live session, the policy with the standing in the story. */
export async function authorizationCost(): Promise<BenchLine> {
  const server = await startServer({ unlimited: true })
  try {
    const owner = await server.owner()
    const { auth, access, stories, folder } = server.services
    const storyId = await stories.create('Judged', { id: (await me(server)).id, kind: 'human' })
    const headers = { cookie: owner.cookieHeader(), authorization: null }
    const judge = async () => {
      const principal = await auth.principalOf(headers)
      if (access.decide('story.write', principal, storyId) !== 'allowed') throw new Error('the owner was refused')
    }
    const key = readFileSync(join(folder.path, 'secrets/access.key'))
    const token = owner.cookies.get(auth.cookies.access) ?? ''
    const bare = () => jwtVerify(token, key).then(() => undefined)
    const value = await each(judge)
    return {
      name: `authorization of one request, mean of ${DECISIONS.toLocaleString('en')}`,
      ...{ unit: 'ms', value, goal: '<= 0.1 ms', met: value <= 0.1 },
      reference: { name: 'the bare check of its token', value: await each(bare) },
    }
  } finally {
    await server.close()
  }
}

/** From the answer to "end all sessions" until the other session is refused over HTTP and its socket is closed. */
export async function revocation(): Promise<readonly BenchLine[]> {
  const server = await startServer({
    unlimited: true,
    doors: ({ realtime }) => [{ path: '/socket.io', handleUpgrade: realtime.handleUpgrade }],
  })
  try {
    const owner = await server.owner()
    const http: number[] = []
    const sockets: number[] = []
    const plain: number[] = []
    for (let i = 0; i < REVOCATIONS; i++) {
      const other = await server.owner()
      plain.push(await timed(() => other.call('GET', '/api/auth/me')))
      const socket = io(server.origin, {
        ...{ transports: ['websocket'], reconnection: false, forceNew: true },
        extraHeaders: { cookie: other.cookieHeader(), origin: server.origin },
      })
      await new Promise<void>((resolve, reject) => {
        socket.on('connect', () => resolve())
        socket.on('connect_error', reject)
      })
      const started = performance.now()
      const closed = new Promise<number>((resolve) =>
        socket.on('disconnect', () => resolve(performance.now() - started)),
      )
      await owner.call('DELETE', '/api/auth/sessions')
      while ((await other.call('GET', '/api/auth/me')).status !== 401) if (performance.now() - started > 60_000) break
      http.push(performance.now() - started)
      sockets.push(await closed)
      socket.disconnect()
    }
    const reference = { name: 'one request, worst', value: worst(plain) }
    return [
      {
        name: `end of a session until HTTP refuses it, worst of ${REVOCATIONS}`,
        ...{ unit: 'ms', value: worst(http), goal: '< 1,000 ms', met: worst(http) < 1000, reference },
      },
      {
        name: `end of a session until its socket is closed, worst of ${REVOCATIONS}`,
        ...{ unit: 'ms', value: worst(sockets), goal: '< 5,000 ms', met: worst(sockets) < 5000, reference },
      },
    ]
  } finally {
    await server.close()
  }
}

async function me(server: TestServer): Promise<{ id: string }> {
  return server.services.app.user.findFirstOrThrow({ select: { id: true } })
}

/** Runs `count` tasks, `lanes` at once; answers how long each took, in ms. */
async function inLanes(count: number, lanes: number, task: () => Promise<unknown>): Promise<number[]> {
  const took: number[] = []
  let left = count
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) took.push(await timed(task))
    }),
  )
  return took
}

/** Mean ms of one call after a warm-up. */
async function each(task: () => Promise<void>): Promise<number> {
  for (let i = 0; i < 500; i++) await task()
  const started = performance.now()
  for (let i = 0; i < DECISIONS; i++) await task()
  return Math.round(((performance.now() - started) / DECISIONS) * 10_000) / 10_000
}

async function timed(task: () => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await task()
  return performance.now() - started
}

const median = (values: readonly number[]) =>
  round([...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0)
const at95 = (values: readonly number[]) =>
  round([...values].sort((a, b) => a - b)[Math.floor(values.length * 0.95)] ?? 0)
const worst = (values: readonly number[]) => round(Math.max(...values))
const round = (value: number) => Math.round(value * 100) / 100
