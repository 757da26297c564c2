import { io } from 'socket.io-client'
import type { CommandEnvelope, EventEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import { COMMAND_LIMIT_BYTES } from '#lib/kernel/limits.ts'
import { STREAM_SCHEMA } from '#lib/stream/schema.ts'
import { renewSession } from './api.ts'

/** Somebody in the story's room; identity and colour come from the server. Canvas places in px. */
export interface LivePerson {
  readonly connectionId: string
  readonly userId: string
  readonly name: string
  readonly initials: string
  readonly colour: number
  readonly at: number
  readonly place?: string | undefined
  readonly sceneId?: string | null | undefined
  readonly branchId?: string | null | undefined
  readonly cursor?: { readonly x: number; readonly y: number } | null | undefined
  readonly selection?: readonly string[] | undefined
  /** By how much the selection is being moved. */
  readonly drag?: { readonly dx: number; readonly dy: number } | null | undefined
  readonly view?: { readonly cx: number; readonly cy: number; readonly zoom: number } | null | undefined
}
export type PresencePatch = Partial<
  Pick<LivePerson, 'place' | 'sceneId' | 'branchId' | 'cursor' | 'selection' | 'drag' | 'view'>
>

/**
 * `refused`: nobody is signed in any more. `closed`: the person is, but the story is no longer open to them. `crowded`:
 * too many windows of theirs are open; this one tries again by itself. `outdated`: the server was updated since this page
 * was loaded.
 */
export type LiveStatus = 'connecting' | 'online' | 'offline' | 'refused' | 'closed' | 'crowded' | 'outdated'

interface Listeners {
  readonly onStatus: (status: LiveStatus) => void
  readonly onEvents: (events: readonly EventEnvelope[]) => void
  readonly onHead: (version: number) => void
  readonly onSelf: (self: LivePerson) => void
  /** `all` replaces the room; otherwise these changed. */
  readonly onPeople: (people: readonly LivePerson[], all: boolean) => void
  readonly onLeft: (connectionId: string) => void
  readonly onJob: (data: unknown) => void
  /** What this person may do in the story has changed, or may have while the line was down. */
  readonly onAccess: () => void
}

/** A story's live connection. It reconnects by itself and joins again. */
export interface LiveSocket {
  /** Rejects when no answer came: the command stays where it was. One that no try could send is refused here. */
  readonly send: (envelope: CommandEnvelope) => Promise<Outcome>
  /** Volatile: dropped when the connection is busy or gone. */
  readonly presence: (patch: PresencePatch) => void
  readonly close: () => void
}

const ANSWER_MS = 15_000
/** How long a window that was one too many waits before it asks again. */
const CROWDED_MS = 30_000

type Joined =
  | {
      readonly status: 'joined'
      readonly schema: number
      readonly version: number
      readonly self: LivePerson
      readonly people: readonly LivePerson[]
    }
  | { readonly status: 'refused' }
  | { readonly status: 'unavailable'; readonly retryAfterMs: number }

/** Opens the live connection of one story for `userId`, the person this page was made for. */
export function openLiveSocket(storyId: string, userId: string, on: Listeners): LiveSocket {
  const socket = io({
    path: '/socket.io',
    transports: ['websocket'],
    // The first try comes 0 to 2 s after the line fell, which spreads returning pages after a restart (CL7).
    reconnectionDelay: 1000,
    randomizationFactor: 1,
    reconnectionDelayMax: 5000,
  })
  on.onStatus('connecting')
  let joinedBefore = false

  const join = () => {
    socket.emit('join', { storyId }, (answer: Joined) => {
      if (answer.status === 'unavailable') return void setTimeout(join, answer.retryAfterMs)
      // The socket itself was let in, so it is the story that is shut.
      if (answer.status === 'refused') return on.onStatus('closed')
      if (answer.self.userId !== userId) {
        // Somebody else signed in with this browser meanwhile: what waits here is not theirs to send (collab.md 9).
        socket.close()
        return on.onStatus('refused')
      }
      if (answer.schema !== STREAM_SCHEMA) {
        socket.close()
        return on.onStatus('outdated')
      }
      on.onSelf(answer.self)
      on.onPeople(answer.people, true)
      on.onStatus('online')
      on.onHead(answer.version)
      if (joinedBefore) on.onAccess()
      joinedBefore = true
    })
  }
  socket.on('connect', join)
  let crowded = false
  let later: ReturnType<typeof setTimeout> | undefined
  socket.on('refused', () => {
    crowded = true
  })
  socket.on('disconnect', (reason) => {
    on.onStatus(crowded ? 'crowded' : 'offline')
    on.onPeople([], true)
    if (crowded) {
      crowded = false
      later = setTimeout(() => socket.connect(), CROWDED_MS)
      return
    }
    // The server ended this session's sockets: a renewed session may come back, an ended one is told so on its next request.
    if (reason === 'io server disconnect')
      void renewSession().then((live) => (live ? socket.connect() : on.onStatus('refused')))
  })
  let renewedAt = 0
  socket.on('connect_error', () => {
    on.onStatus('offline')
    if (!navigator.onLine || Date.now() - renewedAt < 30_000) return
    renewedAt = Date.now()
    // The access cookie may have run out while the connection was down. An unreachable server answers neither.
    renewSession().catch(() => undefined)
  })
  socket.on('events', (frame: { storyId: string; events: EventEnvelope[] }) => on.onEvents(frame.events))
  socket.on('head', (frame: { version: number; people: LivePerson[] }) => {
    on.onHead(frame.version)
    on.onPeople(frame.people, true)
  })
  socket.on('presence', (frame: { people: LivePerson[] }) => on.onPeople(frame.people, false))
  socket.on('left', (frame: { connectionId: string }) => on.onLeft(frame.connectionId))
  socket.on('access', () => on.onAccess())
  socket.on('job', (frame: { data: unknown }) => on.onJob(frame.data))

  return {
    send: (envelope) => {
      // Asked here too: the server cuts the line at a message of 1 MB, and would again at every try.
      if (new TextEncoder().encode(JSON.stringify(envelope)).length > COMMAND_LIMIT_BYTES) {
        return Promise.resolve({
          status: 'refused',
          refusal: { kind: 'too-large', data: { limitBytes: COMMAND_LIMIT_BYTES } },
        })
      }
      if (!socket.connected) return Promise.reject(new Error('offline'))
      return socket.timeout(ANSWER_MS).emitWithAck('command', envelope) as Promise<Outcome>
    },
    presence: (patch) => {
      if (socket.connected) socket.volatile.emit('presence', { storyId, patch })
    },
    close: () => {
      clearTimeout(later)
      socket.close()
    },
  }
}
