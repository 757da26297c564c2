import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { schemaVersionOf } from '#lib/server/events/upcast.ts'
import { STREAM_SCHEMA } from '#lib/stream/schema.ts'
import { EVENT_TYPES, storyCommand } from '#lib/stream/stream.ts'

/** What each value of STREAM_SCHEMA stands for. Add a line with a change; never change one that was released. */
const VOCABULARIES: Readonly<Record<number, string>> = { 1: '30d5cff40c3d8281' }

function vocabulary(): string {
  const commands = z.toJSONSchema(storyCommand, { io: 'input', unrepresentable: 'any' })
  const events = EVENT_TYPES.map((type) => [type, schemaVersionOf(type)])
  return createHash('sha256')
    .update(JSON.stringify([commands, events]))
    .digest('hex')
    .slice(0, 16)
}

test('[CL8] commands or events that changed have a new STREAM_SCHEMA, so that pages of before ask to be reloaded', () => {
  expect({ [STREAM_SCHEMA]: vocabulary() }).toEqual({ [STREAM_SCHEMA]: VOCABULARIES[STREAM_SCHEMA] })
})
