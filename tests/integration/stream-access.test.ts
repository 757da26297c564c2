import { afterEach, expect, test } from 'vitest'
import { comeIn, letIn, makeStory } from '#tests/support/people.ts'
import type { RunSignal } from '#lib/server/llm/runs.ts'
import { startServer, type TestServer } from './server.ts'

let server: TestServer
afterEach(() => server.close())

test('[A6] a run that somebody follows says nothing more once they are no member', async () => {
  let firstIsOut: () => void = () => undefined
  const first = new Promise<void>((resolve) => (firstIsOut = resolve))
  let goOn: () => void = () => undefined
  const gate = new Promise<void>((resolve) => (goOn = resolve))
  async function* follow(): AsyncIterable<RunSignal> {
    yield { type: 'delta', n: 5, text: 'Early' }
    firstIsOut()
    await gate
    yield { type: 'delta', n: 9, text: 'Late' }
  }
  server = await startServer({
    unlimited: true,
    doctor: (services) => {
      const runs = { ...services.writer.runs, get: () => Promise.resolve({} as never), follow }
      return { ...services, writer: { ...services.writer, runs } }
    },
  })
  const owner = await server.owner()
  const storyId = await makeStory(owner)
  const ben = await comeIn(server, owner, 'ben')
  await letIn(owner, storyId, ben, 'viewer')
  const followed = ben.browser.call('GET', `/api/stories/${storyId}/runs/ru_one/events`)
  await first
  expect((await owner.call('DELETE', `/api/stories/${storyId}/members/${ben.id}`)).status).toBe(204)
  goOn()
  const { text } = await followed
  expect(text).toContain('Early')
  expect(text).not.toContain('Late')
})
