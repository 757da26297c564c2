import { expect, it } from 'vitest'
import { schemaVersionOf, upcast } from './upcast.ts'

// A type that changed twice: `name` became `title`, then gained a language.
const table = {
  StoryNamed: [
    ({ name, ...rest }: Record<string, unknown>) => ({ ...rest, title: name }),
    (payload: Record<string, unknown>) => ({ ...payload, language: 'en' }),
  ],
}

it('[EV11] an old event is brought forward step by step when it is read', () => {
  expect(upcast('StoryNamed', 1, { name: 'Salt' }, table)).toEqual({ title: 'Salt', language: 'en' })
  expect(upcast('StoryNamed', 2, { title: 'Salt' }, table)).toEqual({ title: 'Salt', language: 'en' })
  expect(upcast('StoryNamed', 3, { title: 'Salt', language: 'de' }, table)).toEqual({ title: 'Salt', language: 'de' })
})

it('[EV12] new events carry the newest schema version; an event from a newer program is refused', () => {
  expect([schemaVersionOf('StoryNamed', table), schemaVersionOf('SceneCreated', table)]).toEqual([3, 1])
  expect(() => upcast('StoryNamed', 4, {}, table)).toThrow(RangeError)
  expect(() => upcast('SceneCreated', 2, {}, table)).toThrow(RangeError)
})
