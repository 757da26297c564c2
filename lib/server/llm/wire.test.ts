import { describe, expect, test } from 'vitest'
import { lineWatch, retryAfterMs, WireError } from './wire.ts'

async function through(chunks: Uint8Array[], strictLines = true): Promise<string> {
  const watched = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk)
      controller.close()
    },
  }).pipeThrough(
    lineWatch({
      strictLines,
      onBytes: () => undefined,
      fail: (problem) => {
        throw new WireError(problem)
      },
    }),
  )
  return new Response(watched).text()
}

describe('line watch', () => {
  const text = '{"a":"é🕯️"}\r\n{"b":2}\n\n{"c":"—"}'
  const bytes = new TextEncoder().encode(text)

  test('[WR2] every split point passes the same bytes on', async () => {
    for (let cut = 0; cut <= bytes.length; cut++)
      expect(await through([bytes.slice(0, cut), bytes.slice(cut)])).toBe(text)
  })

  test('[WR2] a bad line is refused at every split point', async () => {
    const bad = new TextEncoder().encode('{"a":1}\n{"b":🕯️\n{"c":3}\n')
    for (let cut = 0; cut <= bad.length; cut++)
      await expect(through([bad.slice(0, cut), bad.slice(cut)])).rejects.toThrow('not JSON')
  })

  test('[WR2] an end in the middle of a line is a broken connection', async () => {
    await expect(through([bytes.slice(0, bytes.length - 3)])).rejects.toThrow('middle of a line')
  })

  test('[WR2] a line above 10 MB is refused, 9 MB passes', async () => {
    const mega = new Uint8Array(1024 * 1024).fill(97)
    await expect(
      through(
        Array.from({ length: 11 }, () => mega),
        false,
      ),
    ).rejects.toThrow('10 MB')
    expect(
      (
        await through(
          Array.from({ length: 9 }, () => mega),
          false,
        )
      ).length,
    ).toBe(9 * 1024 * 1024)
  })
})

describe('retry-after', () => {
  test('[WR6] milliseconds, seconds and dates are read; nonsense is not', () => {
    expect(retryAfterMs(new Headers({ 'retry-after-ms': '120.4', 'retry-after': '9' }))).toBe(120)
    expect(retryAfterMs(new Headers({ 'retry-after': '1.5' }))).toBe(1500)
    const now = Date.UTC(2026, 0, 1)
    expect(retryAfterMs(new Headers({ 'retry-after': new Date(now + 4000).toUTCString() }), now)).toBe(4000)
    expect(retryAfterMs(new Headers({ 'retry-after': 'soon' }))).toBeNull()
    expect(retryAfterMs(new Headers())).toBeNull()
  })
})
