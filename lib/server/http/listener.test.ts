import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { ARRIVAL, holdPort, type HeldPort } from './listener.ts'

let held: HeldPort
afterEach(() => held.close(0))

/** Sends the beginning of a request and answers after how many ms the server had enough. */
async function cut(beginning: string): Promise<number> {
  const { port } = held.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const started = performance.now()
  socket.write(beginning)
  socket.resume()
  await once(socket, 'close')
  return performance.now() - started
}

/** The same for a request whose body never ends. */
function cutAfter(type: string): Promise<number> {
  return cut(`POST /api/anything HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\nslow`)
}

test('[H7] a request that does not arrive whole is cut off, one that sends a file later than any other', async () => {
  held = await holdPort({ host: '127.0.0.1', port: 0 }, { ...ARRIVAL, requestMs: 150, fileMs: 900 })
  const [json, text, file] = await Promise.all(['application/json', 'text/plain', 'image/png'].map(cutAfter))
  for (const ms of [json, text]) expect(ms).toBeGreaterThan(140)
  expect(file).toBeGreaterThan(890)
  expect(Math.max(json ?? 0, text ?? 0)).toBeLessThan(file ?? 0)
})

test('[H7] headers that do not end are cut off in time, long before a request would be', async () => {
  held = await holdPort({ host: '127.0.0.1', port: 0 }, { ...ARRIVAL, headersMs: 500 })
  const cuts = await Promise.all(['', 'GET', 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '].map(cut))
  for (const ms of cuts) {
    expect(ms).toBeGreaterThan(490)
    expect(ms).toBeLessThan(1_500)
  }
})

test('[H7] in the house headers have ten seconds, and are looked at every second', async () => {
  held = await holdPort({ host: '127.0.0.1', port: 0 })
  expect([held.server.headersTimeout, ARRIVAL]).toEqual([
    10_000,
    { headersMs: 10_000, requestMs: 60_000, fileMs: 600_000 },
  ])
})

test('[H7] 16 KB of headers are the most', async () => {
  held = await holdPort({ host: '127.0.0.1', port: 0 })
  const { port } = held.server.address() as AddressInfo
  const status = async (bytes: number) =>
    (await fetch(`http://127.0.0.1:${port}/`, { headers: { 'x-long': 'x'.repeat(bytes) } })).status
  expect([await status(15 * 1024), await status(16 * 1024)]).toEqual([503, 431])
})
