import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { Server as Engine } from 'engine.io'
import { Server } from 'socket.io'
import type { Socket } from 'socket.io'
import type { Principal } from '#lib/accounts/policy.ts'
import type { EventEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { STREAM_SCHEMA } from '#lib/stream/schema.ts'
import type { Audit } from '../audit/audit.ts'
import type { Access } from '../auth/access.ts'
import type { Auth } from '../auth/auth.ts'
import type { Members } from '../auth/members.ts'
import type { EventWriter } from '../events/writer.ts'
import type { Log } from '../log.ts'
import { COMMAND_RATE, type MessageBody, type MessageName, messages, PRESENCE_RATE } from './messages.ts'
import type { Hues } from './hues.ts'
import { createPresenceRoom } from './presence.ts'
import type { PresenceRoom } from './presence.ts'
import { createSlowReader } from '../slow-reader.ts'
import { createTokenBucket } from './token-bucket.ts'
import type { TokenBucket } from './token-bucket.ts'

/**
 * Live stories over /socket.io, WebSocket only. It knows only envelopes: a new event type changes nothing here.
 * Delivery is never trusted; a client with a hole asks over HTTP.
 */
export interface Realtime {
  readonly handleUpgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Sends a volatile frame to everybody in a story (job progress). */
  readonly broadcast: (storyId: string, name: 'job', data: unknown) => void
  readonly close: () => Promise<void>
}

interface RealtimeParts {
  readonly auth: Pick<Auth, 'authenticateUpgrade' | 'isLive' | 'onSessionEnded' | 'onUserChanged' | 'today'>
  readonly access: Access
  readonly audit: Pick<Audit, 'tally'>
  readonly members: Pick<Members, 'onChanged'>
  readonly writer: EventWriter
  readonly hues: Hues
  readonly clock: Clock
  readonly log: Log
}

interface Connection {
  readonly socket: Socket
  /** With the roles of this moment: a change on the installation replaces it. */
  principal: Principal
  /** That of the person: their windows share it. */
  readonly commands: TokenBucket
  readonly presence: TokenBucket
  storyId: string | null
  /** Bytes sent to it that it has not taken. */
  readonly waitingBytes: () => number
  readonly tooSlow: ReturnType<typeof createSlowReader>
  /** Gives the hue back that it has in the story. */
  letGoHue: () => void
}

/** What each message does once it is read, allowed and within its rate; the answer goes to whoever asked for one. */
type Handlers = {
  readonly [Name in MessageName]: (connection: Connection, body: MessageBody<Name>) => unknown
}

const PRESENCE_FRAME_MS = 40
const HEARTBEAT_MS = 10_000
const ROUND_MS = 1_000
const MAX_MESSAGE_BYTES = 1024 * 1024
/** Open sockets of one person (collab.md 8). */
export const MAX_CONNECTIONS = 20

/** Starts live delivery over the writer's commits. */
export function createRealtime({ auth, access, audit, members, writer, hues, clock, log }: RealtimeParts): Realtime {
  const io = new Server({ serveClient: false, transports: ['websocket'], maxHttpBufferSize: MAX_MESSAGE_BYTES })
  const engine = new Engine({
    transports: ['websocket'],
    maxHttpBufferSize: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  })
  io.bind(engine)
  const rooms = new Map<string, PresenceRoom>()
  const connections = new Map<string, Connection>()
  /** How much each person with an open window may still send. */
  const commands = new Map<string, TokenBucket>()
  const principals = new WeakMap<IncomingMessage, Principal>()

  const stopListening = writer.onCommitted((storyId, events) => {
    io.to(storyId).emit('events', { storyId, events: events.map(publicEnvelope) })
  })
  const stopSessions = auth.onSessionEnded((sessionId) => {
    for (const { socket, principal } of connections.values()) {
      if (principal.sessionId === sessionId) socket.disconnect(true)
    }
  })
  const stopMembers = members.onChanged((storyId, userId) => {
    for (const connection of connections.values()) {
      if (connection.principal.userId === userId && connection.storyId === storyId) tellAccess(connection)
    }
  })
  const stopUsers = auth.onUserChanged((userId) => {
    for (const connection of connections.values()) {
      if (connection.principal.userId !== userId) continue
      connection.principal = auth.today(connection.principal) ?? connection.principal
      tellAccess(connection)
    }
  })
  const frames = setInterval(sendPresence, PRESENCE_FRAME_MS)
  const heartbeat = setInterval(sendHeads, HEARTBEAT_MS)
  const round = setInterval(cutSlowReaders, ROUND_MS)

  /** Rights changed: who may still read is told to ask anew what they may do, everybody else is out. */
  function tellAccess(connection: Connection): void {
    const { socket, storyId } = connection
    if (storyId === null) return
    if (allowed(connection, 'join', storyId)) socket.emit('access', { storyId })
    else socket.disconnect(true)
  }

  function sendPresence(): void {
    for (const [storyId, room] of rooms) {
      const people = room.takeChanged()
      if (people.length > 0) io.to(storyId).volatile.emit('presence', { storyId, people })
    }
  }

  /** A lost last frame is noticed by this. The whole room goes along, since presence frames may be lost too. */
  function sendHeads(): void {
    for (const [storyId, room] of rooms) {
      io.to(storyId).emit('head', { storyId, version: writer.state(storyId)?.version ?? 0, people: room.people() })
    }
  }

  /** Whoever reads nothing hears no farewell either: the line is cut, and the page comes back and catches up by version. */
  function cutSlowReaders(): void {
    for (const { socket, principal, tooSlow, waitingBytes } of connections.values()) {
      if (!tooSlow(waitingBytes(), clock())) continue
      log.warn({ userId: principal.userId, waitingBytes: waitingBytes() }, 'a socket read too slowly and was cut')
      socket.request.socket.destroy()
    }
  }

  function allowed({ principal }: Connection, name: MessageName, storyId: string): boolean {
    return (
      auth.isLive(principal.sessionId) && access.decide(messages[name].permission, principal, storyId) === 'allowed'
    )
  }

  function connectionsOf(userId: string): number {
    let open = 0
    for (const { principal } of connections.values()) if (principal.userId === userId) open++
    return open
  }

  function commandsOf(userId: string): TokenBucket {
    let bucket = commands.get(userId)
    if (!bucket) commands.set(userId, (bucket = createTokenBucket(COMMAND_RATE, clock)))
    return bucket
  }

  function leave(connection: Connection): void {
    const { socket, storyId } = connection
    if (storyId === null) return
    connection.storyId = null
    connection.letGoHue()
    void socket.leave(storyId)
    const room = rooms.get(storyId)
    if (room?.leave(socket.id)) io.to(storyId).emit('left', { storyId, connectionId: socket.id })
    if (room?.size() === 0) rooms.delete(storyId)
  }

  io.on('connection', (socket) => {
    const opened = principals.get(socket.request)
    const principal = opened ? auth.today(opened) : null
    if (!principal) return void socket.disconnect(true)
    if (connectionsOf(principal.userId) >= MAX_CONNECTIONS) {
      // Said before the door closes, so that the page can say why.
      socket.emit('refused', { kind: 'too-many-connections', limit: MAX_CONNECTIONS })
      return void socket.disconnect(true)
    }
    const connection: Connection = {
      socket,
      principal,
      commands: commandsOf(principal.userId),
      presence: createTokenBucket(PRESENCE_RATE, clock),
      storyId: null,
      waitingBytes: countWaiting(socket),
      tooSlow: createSlowReader(),
      letGoHue: () => undefined,
    }
    connections.set(socket.id, connection)
    socket.on('disconnect', () => {
      leave(connection)
      connections.delete(socket.id)
      if (connectionsOf(principal.userId) === 0) commands.delete(principal.userId)
    })
    for (const name of Object.keys(messages) as MessageName[]) {
      socket.on(name, (raw: unknown, answer: unknown) => {
        void receive(connection, name, raw).then((reply) => {
          if (typeof answer === 'function') answer(reply)
        })
      })
    }
  })

  /** Size, schema, right, rate, and only then what the message does. */
  async function receive<Name extends MessageName>(connection: Connection, name: Name, raw: unknown): Promise<unknown> {
    const { schema, maxBytes, bucket } = messages[name]
    if (jsonBytes(raw) > maxBytes) return refused('too-large', { limitBytes: maxBytes })
    const parsed = schema.safeParse(raw)
    if (!parsed.success) return refused('invalid')
    const { storyId } = parsed.data
    if (!allowed(connection, name, storyId)) {
      tallyDenial(connection.principal, name, storyId)
      return refused('forbidden')
    }
    const retryAfterMs = connection[bucket].take()
    if (retryAfterMs > 0) return { status: 'unavailable', reason: 'rate', retryAfterMs } satisfies Outcome
    // The schema of this very name read it.
    return handlers[name](connection, parsed.data as MessageBody<Name>)
  }

  const handlers: Handlers = {
    join: (connection, { storyId }) => {
      const { socket, principal } = connection
      const state = writer.state(storyId)
      if (!state) return refused('forbidden')
      leave(connection)
      connection.storyId = storyId
      void socket.join(storyId)
      let room = rooms.get(storyId)
      if (!room) rooms.set(storyId, (room = createPresenceRoom()))
      const { hue, letGo } = hues.hold(storyId, principal)
      connection.letGoHue = letGo
      const who = { connectionId: socket.id, userId: principal.userId, name: principal.name, colour: hue }
      const self = room.join(who, clock())
      return { status: 'joined', schema: STREAM_SCHEMA, version: state.version, self, people: room.people() }
    },
    leave: (connection, { storyId }) => {
      if (connection.storyId === storyId) leave(connection)
    },
    command: (connection, envelope) => {
      const { principal } = connection
      if (!access.maySend(envelope.command, principal, envelope.storyId)) {
        tallyDenial(principal, 'command', envelope.storyId)
        return refused('forbidden')
      }
      return writer.submit(envelope, { id: principal.userId, kind: 'human' })
    },
    presence: ({ socket, storyId: joined }, { storyId, patch }) => {
      if (joined === storyId) rooms.get(storyId)?.patch(socket.id, patch, clock())
    },
  }

  /** A story they may not even see is no story to them, so there is nothing they were denied. */
  function tallyDenial(principal: Principal, name: MessageName, storyId: string): void {
    if (access.decide('story.read', principal, storyId) !== 'allowed' || !writer.state(storyId)?.version) return
    const facts = { permission: messages[name].permission, door: 'socket' }
    audit.tally({ action: 'denied', actor: principal.userId, subject: storyId, facts })
  }

  return {
    handleUpgrade: (request, socket, head) => {
      auth
        .authenticateUpgrade(request)
        .then((principal) => {
          if (!principal) return refuse(socket)
          principals.set(request, principal)
          // engine.io reads the request it is given and hands the same object to socket.io.
          engine.handleUpgrade(request as Parameters<Engine['handleUpgrade']>[0], socket, head)
        })
        .catch((cause: unknown) => {
          log.error({ err: cause }, 'a socket upgrade failed')
          socket.destroy()
        })
    },
    broadcast: (storyId, name, data) => {
      io.to(storyId).volatile.emit(name, { storyId, data })
    },
    close: async () => {
      clearInterval(frames)
      clearInterval(heartbeat)
      clearInterval(round)
      stopListening()
      stopSessions()
      stopMembers()
      stopUsers()
      io.disconnectSockets(true)
      engine.close()
      await io.close()
    },
  }
}

/** What leaves the server: everything but the inverse, which only undo reads. */
export function publicEnvelope({ inverse: _inverse, ...rest }: EventEnvelope): Omit<EventEnvelope, 'inverse'> {
  return rest
}

/** Packets wait in engine.io until the line takes them, then in the line itself. */
function countWaiting({ conn, request }: Socket): () => number {
  let queued = 0
  conn.on('packetCreate', ({ data }: { data?: string | Buffer }) => {
    queued += data?.length ?? 0
  })
  conn.on('flush', () => {
    queued = 0
  })
  return () => queued + request.socket.writableLength
}

function refused(kind: string, data?: Readonly<Record<string, unknown>>): Outcome {
  return { status: 'refused', refusal: data ? { kind, data } : { kind } }
}

function jsonBytes(raw: unknown): number {
  return Buffer.byteLength(JSON.stringify(raw) ?? '')
}

function refuse(socket: Duplex): void {
  socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
}
