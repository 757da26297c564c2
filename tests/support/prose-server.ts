import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Principal } from '#lib/accounts/policy.ts'
import { openEventsDb } from '#lib/server/events/database.ts'
import { createEventWriter } from '#lib/server/events/writer.ts'
import { seedProse } from '#lib/server/prose/log.ts'
import type { Checkpoint, ProseAccess } from '#lib/server/prose/ports.ts'
import { createProse } from '#lib/server/prose/prose.ts'
import { createHues } from '#lib/server/realtime/hues.ts'

/** The real sync server on a real port over a real events.db, with a fake ticket office. */

export interface ProseRig {
  readonly port: number
  readonly prose: ReturnType<typeof createProse>
  readonly writer: ReturnType<typeof createEventWriter>
  readonly checkpoints: Checkpoint[]
  readonly reports: string[]
  /** What each user id may do; 'write' unless set. */
  readonly access: Map<string, ProseAccess>
  /** Set to make commits of prose fail: 'before' nothing is stored. */
  readonly faults: { failWrites: boolean; delayMs: number }
  /** Stops the next commit of prose before it is made: `reached` resolves when one waits there, `release` lets it go on. */
  readonly holdWrites: () => { readonly reached: Promise<void>; readonly release: () => void }
  readonly seed: (sceneId: string, doc?: unknown) => Promise<void>
  readonly stop: () => Promise<void>
}

export async function startProse(path: string, port = 0): Promise<ProseRig> {
  const reports: string[] = []
  const logger = { error: (_: unknown, message?: string) => void reports.push(message ?? ''), warn: () => undefined }
  const writer = createEventWriter({ db: openEventsDb(path), clock: Date.now, logger })
  const checkpoints: Checkpoint[] = []
  const access = new Map<string, ProseAccess>()
  const faults = { failWrites: false, delayMs: 0 }
  const hues = createHues()
  let held: { readonly reached: () => void; readonly released: Promise<void> } | null = null
  const prose = createProse({
    writer: {
      db: writer.db,
      transact: async (work) => {
        if (faults.delayMs > 0) await new Promise((done) => setTimeout(done, faults.delayMs))
        held?.reached()
        await held?.released
        if (faults.failWrites) throw new Error('disk full (test)')
        return writer.transact(work)
      },
    },
    clock: Date.now,
    onCheckpoint: (checkpoint) => {
      checkpoints.push(checkpoint)
      return Promise.resolve(checkpoints.length)
    },
    report: { warn: () => undefined, error: (_facts, message) => void reports.push(message) },
    holdHue: hues.hold,
    // A fake ticket names its user: `<user>` or `<user>~<anything>`.
    consumeTicket: (ticket) => (ticket.startsWith('bad') ? null : principal(ticket.split('~')[0] ?? '')),
    access: (who) => access.get(who.userId) ?? 'write',
    storyOf: (sceneId) => (sceneId.startsWith('sc_none') ? null : 'st_test'),
  })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => void prose.sync.handleUpgrade(request, socket, head))
  await new Promise<void>((ready) => server.listen(port, '127.0.0.1', ready))
  return {
    port: (server.address() as AddressInfo).port,
    prose,
    writer,
    checkpoints,
    reports,
    access,
    faults,
    holdWrites: () => {
      const [reached, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
      held = { reached: reached.resolve, released: released.promise }
      return { reached: reached.promise, release: released.resolve }
    },
    seed: async (sceneId, doc) => {
      await writer.transact((db) => void seedProse(db, { storyId: 'st_test', sceneId, doc, actorId: 'us_anna', at: 1 }))
    },
    stop: async () => {
      await prose.close()
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
      await writer.close()
    },
  }
}

function principal(userId: string): Principal {
  return {
    userId,
    sessionId: `se_${userId}`,
    name: userId.replace('us_', ''),
    roles: ['editor'],
    owner: false,
    key: null,
  }
}
