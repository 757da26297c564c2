import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { holdPort, type HeldPort } from './listener.ts'

let held: HeldPort
afterEach(() => held.close(0))

/** Sends a request whose body never ends and answers after how many ms the server had enough. */
async function cutAfter(type: string): Promise<number> {
  const { port } = held.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  const started = performance.now()
  socket.write(`POST /api/anything HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\nslow`)
  socket.resume()
  await once(socket, 'close')
  return performance.now() - started
}

test('[H7] a request that does not arrive whole is cut off, one that sends a file later than any other', async () => {
  held = await holdPort({ host: '127.0.0.1', port: 0 }, { requestMs: 150, fileMs: 900 })
  const [json, text, file] = await Promise.all(['application/json', 'text/plain', 'image/png'].map(cutAfter))
  for (const ms of [json, text]) expect(ms).toBeGreaterThan(140)
  expect(file).toBeGreaterThan(890)
  expect(Math.max(json ?? 0, text ?? 0)).toBeLessThan(file ?? 0)
})
