import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Actor, CommandEnvelope } from '#lib/kernel/envelope.ts'
import { branchId, clientId, commandId, sceneId, storyId } from '#lib/kernel/ids.ts'
import { openEventsDb } from '#lib/server/events/database.ts'
import { createEventWriter } from '#lib/server/events/writer.ts'
import type { EventWriter } from '#lib/server/events/writer.ts'
import type { StoryCommandInput } from '#lib/stream/stream.ts'

const migration = new URL('../../prisma/events/migrations/0001_init/migration.sql', import.meta.url)

export const STORY = storyId.parse('st_test')
export const MAIN = branchId.parse('br_main')
export const ANNA: Actor = { id: 'us_anna', kind: 'human' }
export const BEN: Actor = { id: 'us_ben', kind: 'human' }

/** A real events.db in a temporary folder with a writer over it. `reopen` is a restart of the process. */
export function tempEvents() {
  const folder = mkdtempSync(join(tmpdir(), 'loom-events-'))
  const path = join(folder, 'events.db')
  const setUp = openEventsDb(path)
  setUp.exec(readFileSync(migration, 'utf8'))
  setUp.close()
  let now = 1_000_000
  const failures: unknown[] = []
  const open = () =>
    createEventWriter({
      db: openEventsDb(path),
      clock: () => ++now,
      logger: { error: (entry: unknown) => void failures.push(entry), warn: () => undefined },
    })
  return {
    path,
    folder,
    failures,
    open,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** One client that numbers its commands. */
export function testClient(writer: () => EventWriter, name: string, who: Actor) {
  let seq = 0
  return {
    make: (command: StoryCommandInput, expectVersion?: number): CommandEnvelope => ({
      clientId: clientId.parse(`cl_${name}`),
      seq: ++seq,
      commandId: commandId.parse(`co_${name}_${seq}`),
      storyId: STORY,
      command,
      ...(expectVersion === undefined ? {} : { expect: { version: expectVersion } }),
    }),
    send(command: StoryCommandInput, expectVersion?: number) {
      return writer().submit(this.make(command, expectVersion), who)
    },
  }
}

export const createStory: StoryCommandInput = {
  type: 'CreateStory',
  storyId: STORY,
  title: 'The Salt Road',
  canonBranchId: MAIN,
}

/** Shorthand for a scene on the main branch. */
export function scene(id: string, x = 0, y = 0, title = id): StoryCommandInput {
  return { type: 'CreateScene', sceneId: sceneId.parse(id), branchId: MAIN, x, y, fields: { title } }
}
