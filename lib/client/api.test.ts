import { afterEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { api, ApiProblem } from './api.ts'

type Answer = { status: number; body?: unknown }

/** A fake server: answers by path in the order given and keeps what was asked. */
function fakeServer(answers: Record<string, Answer[]>) {
  const asked: string[] = []
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => {
    asked.push(`${init.method} ${path}`)
    const answer = answers[path]?.shift()
    if (!answer) return Promise.reject(new TypeError('no route to the server'))
    const body = answer.body === undefined ? null : JSON.stringify(answer.body)
    return Promise.resolve(new Response(body, { status: answer.status, headers: { 'x-request-id': 'rq_header' } }))
  })
  return asked
}

afterEach(() => vi.unstubAllGlobals())

const problemOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (cause: unknown) => cause as ApiProblem,
  )

describe('the HTTP door', () => {
  it('[UI60] parses the answer with the schema', async () => {
    fakeServer({ '/api/x': [{ status: 200, body: { n: 3 } }] })
    expect(await api('GET', '/api/x', { schema: z.object({ n: z.number() }) })).toEqual({ n: 3 })
  })

  it('[UI61] a refusal carries code, words and request id', async () => {
    const body = { title: 'Not found', detail: 'There is no such story.', code: 'not-found', requestId: 'rq_1' }
    fakeServer({ '/api/x': [{ status: 404, body }] })
    const problem = await problemOf(api('GET', '/api/x'))
    expect(problem).toBeInstanceOf(ApiProblem)
    expect(problem).toMatchObject({ status: 404, code: 'not-found', detail: body.detail, requestId: 'rq_1' })
  })

  it('[UI61] an answer that is no problem document still has its request id', async () => {
    fakeServer({ '/api/x': [{ status: 502 }] })
    expect(await problemOf(api('GET', '/api/x'))).toMatchObject({
      status: 502,
      code: 'unknown',
      requestId: 'rq_header',
    })
  })

  it('[UI62] a server out of reach is offline, not an error of the server', async () => {
    fakeServer({})
    expect(await problemOf(api('GET', '/api/x'))).toMatchObject({ status: 0, code: 'offline', requestId: null })
  })

  it('[UI63] an outlived session is renewed once, then the question is asked again', async () => {
    const asked = fakeServer({
      '/api/x': [{ status: 401 }, { status: 200, body: { ok: true } }],
      '/api/auth/refresh': [{ status: 200, body: {} }],
    })
    expect(await api('GET', '/api/x')).toEqual({ ok: true })
    expect(asked).toEqual(['GET /api/x', 'POST /api/auth/refresh', 'GET /api/x'])
  })

  it('[UI63] questions about one’s own account renew it too, and a wrong password at sign-in is not sent twice', async () => {
    const asked = fakeServer({
      '/api/auth/me': [{ status: 401 }, { status: 200, body: { name: 'Ida' } }],
      '/api/auth/sign-in': [{ status: 401, body: { code: 'wrong-credentials' } }],
      '/api/auth/refresh': [{ status: 200, body: {} }],
    })
    expect(await api('PATCH', '/api/auth/me')).toEqual({ name: 'Ida' })
    expect(await problemOf(api('POST', '/api/auth/sign-in'))).toMatchObject({ code: 'wrong-credentials' })
    expect(asked).toEqual([
      'PATCH /api/auth/me',
      'POST /api/auth/refresh',
      'PATCH /api/auth/me',
      'POST /api/auth/sign-in',
    ])
  })

  it('[UI63] two refused questions renew the session only once', async () => {
    const asked = fakeServer({
      '/api/x': [{ status: 401 }, { status: 200, body: 1 }],
      '/api/y': [{ status: 401 }, { status: 200, body: 2 }],
      '/api/auth/refresh': [{ status: 200, body: {} }],
    })
    expect(await Promise.all([api('GET', '/api/x'), api('GET', '/api/y')])).toEqual([1, 2])
    expect(asked.filter((line) => line.includes('refresh'))).toHaveLength(1)
  })

  it('[UI63] who is signed out gets the first refusal', async () => {
    fakeServer({
      '/api/x': [{ status: 401, body: { code: 'unauthenticated' } }],
      '/api/auth/refresh': [{ status: 401 }],
    })
    expect(await problemOf(api('GET', '/api/x'))).toMatchObject({ status: 401, code: 'unauthenticated' })
  })
})
