import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { idMaker, type NewId } from '#lib/kernel/ids.ts'
import type { Clock, Random } from '#lib/kernel/ports.ts'
import { nameShown } from '#lib/accounts/names.ts'
import { decideAccess } from '#lib/accounts/policy.ts'
import { storyOf } from '#lib/story/state.ts'
import { type Audit, createAudit } from './audit/audit.ts'
import { recordTrash } from './audit/trash.ts'
import type { Auth } from './auth/auth.ts'
import { type Access, createAccess } from './auth/access.ts'
import { type ApiKeys, createApiKeys } from './auth/api-keys.ts'
import { createAuth } from './auth/auth.ts'
import { createErasure, type Erasure } from './auth/erasure.ts'
import { createInvitations, type Invitations } from './auth/invitations.ts'
import { createMail, type Mail } from './auth/mail.ts'
import { createMembers, type Members } from './auth/members.ts'
import { createMembership, type Membership } from './auth/membership.ts'
import { createOidc, type Oidc } from './auth/oidc.ts'
import { createPeople, type People } from './auth/people.ts'
import { createRegistration, type Registration } from './auth/registration.ts'
import { createResets, type Resets } from './auth/resets.ts'
import { createTurn } from './auth/turn.ts'
import type { AppDb } from './app-db.ts'
import { openAppDb } from './app-db.ts'
import { type DataFolder, openDataFolder } from './data-folder.ts'
import type { Env } from './env.ts'
import { type BlobStore, createBlobStore } from './blobs/blob-store.ts'
import { createImages, type Images } from './blobs/images.ts'
import { openEventsDb } from './events/database.ts'
import { createStories, type Stories } from './events/stories.ts'
import { createEventWriter, type EventWriter } from './events/writer.ts'
import { claimantOf } from './jobs/background.ts'
import type { JobHandler } from './jobs/handler.ts'
import { createJobs, type Jobs } from './jobs/jobs.ts'
import { jobHandlers } from './jobs/registry.ts'
import { createSqliteJobStore } from './jobs/sqlite-store.ts'
import { createUploads, type Uploads } from './jobs/uploads.ts'
import { createWorkers, type Workers } from './jobs/workers.ts'
import { createWriterService, type WriterService } from './llm/writer-service.ts'
import { createIdempotency, type Idempotency } from './http/idempotency.ts'
import { type Counters, createCounters } from './limits/counters.ts'
import { createLog, type Log } from './log.ts'
import { allowListOf } from './outbound/addresses.ts'
import { createOutbound, type Outbound } from './outbound/outbound.ts'
import { migrateAll } from './migrate.ts'
import { seedProse } from './prose/log.ts'
import type { Prose } from './prose/prose.ts'
import { createStoryProse } from './prose/story-prose.ts'
import { createHues } from './realtime/hues.ts'
import { createRealtime, type Realtime } from './realtime/realtime.ts'
import { createReadiness, type Readiness } from './readiness.ts'

/**
 * Everything adapters and routes may use. Built once per process here, the only place where ports meet adapters.
 * Add your part as one field, one line in createServices, and, where it must be stopped, one `onClose`.
 */
export interface Services {
  readonly env: Env
  readonly clock: Clock
  /** Uniform numbers for ids and jitter; secrets come from node:crypto. */
  readonly random: Random
  readonly newId: NewId
  readonly log: Log
  /** The locked data folder: paths of both databases, blobs, secrets. */
  readonly folder: DataFolder
  /** Prisma client of app.db. Single statements and batch transactions only. */
  readonly app: AppDb
  /** Where requests and wrong passwords are counted. */
  readonly counters: Counters
  /** Creating requests that carry a key happen once. */
  readonly idempotency: Idempotency
  /** What happened at the doors, append-only. */
  readonly audit: Audit
  readonly auth: Auth
  /** Keys of people for programs. */
  readonly apiKeys: ApiKeys
  /** Mail with links, where a mail server is set up. */
  readonly mail: Mail
  /** What a person, key or machine is called: a person's present name, a neutral one for whoever left, else the id. */
  readonly nameOf: (id: string) => string
  /** Who belongs to which story. */
  readonly members: Members
  /** Changes of who belongs to a story. */
  readonly membership: Membership
  /** Links that let one person in. */
  readonly invitations: Invitations
  /** How new people get an account. */
  readonly registration: Registration
  /** Signing in at other providers. */
  readonly oidc: Oidc
  /** Links that set a new password. */
  readonly resets: Resets
  /** Ends an account for good. */
  readonly erasure: Erasure
  /** People on the installation, for its admins. */
  readonly people: People
  /** The one answer to "may they?". */
  readonly access: Access
  /** What /api/readyz asks; a check throws or rejects when its part cannot work. */
  readonly readiness: Readiness
  /** The single writer of events.db; every change of a story goes through it. */
  readonly events: EventWriter
  readonly stories: Stories
  /** The text of scenes: live over /yjs, read and edited by the server. */
  readonly prose: Prose
  /** Providers, runs, search and usage of the writer. */
  readonly writer: WriterService
  readonly realtime: Realtime
  /** The only way to other servers; nothing else connects by itself. */
  readonly outbound: Outbound
  /** Bytes by their hash; pictures of stories go through \`images\`. */
  readonly blobs: BlobStore
  readonly images: Images
  /** The queue of machine work: enqueue, questions, live frames. */
  readonly jobs: Jobs
  /** Job kinds this process runs; the background service claims for them. */
  readonly jobHandlers: readonly JobHandler[]
  /** Remote GPU workers: keys and what they can do. */
  readonly workers: Workers
  readonly uploads: Uploads
  /** Registers what must be stopped on shutdown; runs in reverse order. */
  readonly onClose: (stop: () => Promise<void> | void) => void
  /** Aborts when the process begins to drain: streams end resumable, nothing new starts. */
  readonly draining: AbortSignal
  readonly beginDrain: () => void
  /** Stops everything that was registered, closes the databases and unlocks the data folder. Safe to call twice. */
  readonly close: () => Promise<void>
}

interface Overrides {
  readonly clock?: Clock
  readonly random?: Random
  /** Counts nowhere, for tests of other things than limits. */
  readonly counters?: Counters
  readonly log?: Log
  /** The policy every door asks, for tests that put a slip into it. */
  readonly policy?: typeof decideAccess
}

/** How often sessions past their limits are looked for, so that their sockets close within two seconds (D5). */
const EXPIRY_MS = 1_000
/** How often they are written down as ended. */
const SWEEP_MS = 60_000

function systemRandom(): number {
  return randomBytes(4).readUInt32BE() / 2 ** 32
}

/**
 * Opens and locks the data folder, migrates both databases and builds every adapter.
 * Throws StartFailure when the folder or a database refuses; whatever was opened is closed again first.
 */
export async function createServices(env: Env, overrides: Overrides = {}): Promise<Services> {
  const clock = overrides.clock ?? Date.now
  const random = overrides.random ?? systemRandom
  const log = overrides.log ?? createLog(env)
  const stops: (() => Promise<void> | void)[] = []
  const drain = new AbortController()
  let closing: Promise<void> | null = null
  const onClose = (stop: () => Promise<void> | void) => void stops.push(stop)
  const close = () => (closing ??= stopAll(stops, drain, log))

  try {
    const folder = openDataFolder(env.dataDir, clock)
    onClose(() => folder.release())
    await migrateAll(folder, clock, log)
    const app = await openAppDb(folder.appDb)
    onClose(() => app.$disconnect())
    const newId = idMaker(clock, random)
    const audit = await createAudit({ app, clock, log })
    onClose(() => audit.close())
    const outbound = createOutbound({ allow: allowListOf(env.outboundAllow) })
    onClose(() => outbound.close())
    const workers = createWorkers({ app, clock, audit })
    const counters = overrides.counters ?? createCounters({ redisUrl: env.redisUrl, log })
    onClose(() => counters.close())
    const apiKeys = await createApiKeys({ app, clock, newId, log, audit })
    const auth: Auth = await createAuth({
      env,
      folder,
      app,
      clock,
      newId,
      log,
      counters,
      audit,
      bearerPrincipal: async (authorization) =>
        (await apiKeys.principalOf(authorization, auth.user)) ?? workers.principalOf(authorization),
    })
    const nameOf = (id: string) => nameShown(id, auth.user(id))
    const sweep = setInterval(() => {
      auth.sessions.endOverdue().catch((err: unknown) => log.error({ err }, 'sessions past their limits stay open'))
    }, SWEEP_MS)
    const expiry = setInterval(() => auth.sessions.endExpired(), EXPIRY_MS)
    onClose(() => {
      clearInterval(sweep)
      clearInterval(expiry)
    })
    const members = await createMembers({ app, clock })
    const access = createAccess({ members, ownerExists: auth.ownerExists, policy: overrides.policy ?? decideAccess })
    const rights = { app, clock, newId, publicUrl: env.publicUrl, auth, members, audit, inTurn: createTurn() }
    const invitations = createInvitations(rights)
    const registration = createRegistration({ ...rights, invitations })
    const mail = createMail({ settings: env.mail, log })
    const resets = createResets({ ...rights, mail, counters, log })
    onClose(() => resets.close())
    const events = createEventWriter({ db: openEventsDb(folder.eventsDb), clock, logger: log, seedProse })
    onClose(() => events.close())
    onClose(recordTrash(events, audit))
    const stories = createStories({
      writer: events,
      newId,
      members,
      nameOf,
    })
    const hues = createHues()
    const prose = createStoryProse({ events, stories, auth, access, members, hues, clock, log })
    onClose(() => prose.close())
    const writer = await createWriterService({
      ...{ app, folder, events, prose, outbound, clock, random, newId, log, audit },
      nameOf,
    })
    onClose(() => writer.close())
    const realtime = createRealtime({ auth, access, audit, members, writer: events, hues, clock, log })
    onClose(() => realtime.close())
    const blobs = createBlobStore(folder.blobs)
    const images = createImages({ blobs, app, clock, quotaBytes: env.quotaBytes })
    const handlers = jobHandlers({ images, events })
    const jobs = createJobs({
      store: createSqliteJobStore({ app, clock, random, newLeaseId: () => newId('lease') }),
      clock,
      claimants: async () => [claimantOf(handlers), ...(await workers.live())],
    })
    onClose(jobs.onProgress((view) => realtime.broadcast(view.storyId, 'job', view)))
    const readiness = createReadiness(folder, app, clock)
    // A real write of one page, in a field nothing else uses.
    readiness.add('events-db', () =>
      events.transact((db) => void db.pragma(`user_version = ${Math.floor(clock() / 1000) % 2 ** 31}`)),
    )
    return {
      readiness,
      env,
      clock,
      random,
      newId,
      log,
      folder,
      app,
      counters,
      idempotency: createIdempotency({ app, clock }),
      audit,
      auth,
      nameOf,
      apiKeys,
      mail,
      members,
      membership: createMembership(rights),
      invitations,
      registration,
      oidc: createOidc({ env, folder, app, clock, log, outbound, auth, registration, audit }),
      resets,
      people: createPeople(rights),
      erasure: createErasure({ ...rights, apiKeys, storyInUse: (storyId) => storyInUse(events, storyId) }),
      access,
      events,
      stories,
      prose,
      writer,
      realtime,
      outbound,
      blobs,
      images,
      jobs,
      jobHandlers: handlers,
      workers,
      uploads: createUploads(join(folder.blobs, 'uploads')),
      onClose,
      draining: drain.signal,
      beginDrain: () => drain.abort(),
      close,
    }
  } catch (cause) {
    await close()
    throw cause
  }
}

function storyInUse(events: EventWriter, id: string): { id: string; title: string } | null {
  const state = events.state(id)
  const story = state && storyOf(state)
  return story && story.trashedAt === null ? { id, title: story.title } : null
}

async function stopAll(stops: (() => Promise<void> | void)[], drain: AbortController, log: Log): Promise<void> {
  drain.abort()
  for (const stop of stops.reverse()) {
    try {
      await stop()
    } catch (cause) {
      log.error({ err: cause }, 'a part did not stop cleanly')
    }
  }
}
