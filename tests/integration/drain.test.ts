import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { request } from 'node:http'
import { io } from 'socket.io-client'
import { afterEach, expect, test } from 'vitest'
import { routes } from '#lib/server/http/registry.ts'
import { route } from '#lib/server/http/route.ts'
import { startServer, type TestServer } from './server.ts'

let aborted = 0
const stream = route({
  method: 'get',
  path: '/api/test/stream',
  summary: 'Streams until it is told to stop',
  permission: 'signed-in',
  rate: 'none',
  produces: 'text/event-stream',
  handler: ({ signal }) => {
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('data: begun\n\n'))
        signal.addEventListener('abort', () => {
          aborted++
          try {
            controller.enqueue(new TextEncoder().encode('data: to be continued\n\n'))
            controller.close()
          } catch {
            // The reader is gone already; there is nobody left to tell.
          }
        })
      },
    })
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } })
  },
})

let server: TestServer
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await server.close()
})

async function begun() {
  const owner = await server.owner()
  const parts: string[] = []
  const call = request({
    host: '127.0.0.1',
    port: server.port,
    path: '/api/test/stream',
    headers: { cookie: owner.cookieHeader() },
  })
  const ended = new Promise<string>((resolve) => {
    call.on('error', () => resolve(parts.join('')))
    call.on('response', (response) => {
      response.on('data', (chunk: Buffer) => parts.push(chunk.toString()))
      response.on('close', () => resolve(parts.join('')))
    })
  })
  call.end()
  while (parts.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  return { call, ended, owner }
}

test('[R4] a drain ends streams in order and closes sockets', async () => {
  server = await startServer({
    routes: [...routes, stream],
    doors: (services) => [{ path: '/socket.io', handleUpgrade: services.realtime.handleUpgrade }],
  })
  const { ended, owner } = await begun()
  const socket = io(server.origin, {
    transports: ['websocket'],
    reconnection: false,
    extraHeaders: { cookie: owner.cookieHeader(), origin: server.origin },
  })
  await new Promise((resolve) => socket.on('connect', () => resolve(null)))
  const closed = new Promise((resolve) => socket.on('disconnect', resolve))
  await server.close()
  expect(await ended).toBe('data: begun\n\ndata: to be continued\n\n')
  await closed
})

test('a handler hears that its reader has gone', async () => {
  server = await startServer({ routes: [...routes, stream] })
  aborted = 0
  const { call } = await begun()
  call.destroy()
  while (aborted === 0) await new Promise((resolve) => setTimeout(resolve, 10))
  expect(aborted).toBe(1)
})

test('[H7] 500 sockets that send nothing do not stop the others', async () => {
  server = await startServer()
  for (let i = 0; i < 500; i++) {
    const socket = connect(server.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write('GET /api/livez HTTP/1.1\r\nX-Slow: ')
    sockets.push(socket)
    await once(socket, 'connect')
  }
  expect((await server.browser().call('GET', '/api/livez')).status).toBe(200)
})

test('[H7] headers over 16 KB are refused', async () => {
  server = await startServer()
  expect((await server.browser().call('GET', '/api/livez', undefined, { 'x-long': 'x'.repeat(17_000) })).status).toBe(
    431,
  )
})
