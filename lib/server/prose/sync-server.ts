import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Principal } from '#lib/accounts/policy.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import type { Clock } from '#lib/kernel/ports.ts'
import { CLOSE, MAX_MESSAGE_BYTES, parseProseDocName } from '#lib/prose/wire.ts'
import { createCarets, type Carets } from './carets.ts'
import { type Connection, createConnection } from './connection.ts'
import type { Documents, OpenDoc } from './documents.ts'
import type { ProseAccess, Report, SocketPorts } from './ports.ts'

/** The door of `/yjs`: tickets, loading, one connection per socket and text, the once-a-second round. Rules PR40-PR61. */

export const MAX_OPEN_PER_PERSON = 100
const ROUND_MS = 1_000

interface SyncServerInput extends SocketPorts {
  readonly documents: Documents
  readonly clock: Clock
  readonly report: Report
}

/** Builds the sync server. The caller has checked Host and Origin and routes `/yjs/<doc>` here. */
export function createSyncServer(input: SyncServerInput) {
  const { documents } = input
  // Above our own limit so that we can close with our own code; ws itself closes 1009 beyond it.
  const door = new WebSocketServer({ noServer: true, maxPayload: 2 * MAX_MESSAGE_BYTES, clientTracking: false })
  const connections = new Set<Connection>()
  const carets = new WeakMap<OpenDoc, Carets<object>>()
  let stopping = false

  const round = setInterval(() => {
    for (const connection of connections) {
      connection.tick(input.clock())
      void recheck(connection)
    }
  }, ROUND_MS)
  round.unref()

  async function recheck(connection: Connection): Promise<void> {
    const { principal, target } = connection
    try {
      connection.setAccess(await input.access(principal, target.storyId, target.sceneId))
    } catch (cause) {
      // Not known means no.
      input.report.warn({ err: cause }, 'access to a text could not be checked')
      connection.setAccess('none')
    }
  }

  /** Takes an upgrade of `/yjs/<doc>?ticket=`. Never rejects; a refusal is a close code the client understands. */
  async function handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => socket.destroy())
    const url = new URL(request.url ?? '/', 'http://localhost')
    const name = decodeURIComponent(url.pathname.replace(/^\/yjs\//, ''))
    const wanted = parseProseDocName(name)
    // The ticket is judged before the handshake; the handshake then only carries the answer (PR47).
    const principal = wanted ? await judge(url.searchParams.get('ticket') ?? '', name) : null
    if (socket.destroyed) return
    door.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate())
      if (!wanted) ws.close(CLOSE.noScene, 'There is no such text.')
      else if (stopping) ws.close(CLOSE.restarting, 'The server is restarting.')
      else if (!principal) ws.close(CLOSE.ticketExpired, 'The ticket is used or too old.')
      else if (openBy(principal.userId) >= MAX_OPEN_PER_PERSON) ws.close(CLOSE.tooManyOpen, 'Too many open scenes.')
      else void serve(ws, principal, wanted)
    })
  }

  async function judge(ticket: string, name: string): Promise<Principal | null> {
    try {
      return ticket === '' ? null : await input.consumeTicket(ticket, name)
    } catch (cause) {
      input.report.warn({ err: cause }, 'a ticket could not be checked')
      return null
    }
  }

  function openBy(userId: string): number {
    let count = 0
    for (const connection of connections) if (connection.principal.userId === userId) count++
    return count
  }

  /** Loads first, then speaks: nothing is sent or read before the document is whole (PR45). */
  async function serve(ws: WebSocket, principal: Principal, wanted: { sceneId: string; epoch: number }): Promise<void> {
    ws.pause()
    let target: OpenDoc
    try {
      target = await documents.acquire(wanted.sceneId)
    } catch (cause) {
      ws.resume()
      if (cause instanceof NotFoundError) return ws.close(CLOSE.noScene, 'There is no such scene.')
      input.report.error({ sceneId: wanted.sceneId, err: cause }, 'a text could not be loaded')
      return ws.close(CLOSE.restarting, 'The text could not be loaded.')
    }
    try {
      const access = await input.access(principal, target.storyId, target.sceneId)
      ws.resume()
      if (ws.readyState !== ws.OPEN) return
      if (access === 'none') ws.close(CLOSE.roleLost, 'You may not open this story.')
      else if (target.epoch !== wanted.epoch) ws.close(CLOSE.epochChanged, 'The text was replaced.')
      else if (target.closed) ws.close(CLOSE.restarting, 'The text is being stored.')
      else attach(ws, principal, target, access)
    } catch (cause) {
      input.report.warn({ err: cause }, 'access to a text could not be checked')
      ws.close(CLOSE.restarting, 'The text could not be opened.')
    } finally {
      documents.letGo(target)
    }
  }

  function attach(ws: WebSocket, principal: Principal, target: OpenDoc, access: ProseAccess): void {
    const { hue, letGo } = input.holdHue(target.storyId, principal)
    const connection = createConnection({
      socket: ws,
      principal,
      hue,
      target,
      documents,
      carets: caretsOf(target),
      access,
      now: input.clock(),
    })
    connections.add(connection)
    ws.on('message', (data, isBinary) => connection.receive(isBinary ? asBytes(data) : new Uint8Array([255])))
    ws.on('close', () => {
      connections.delete(connection)
      letGo()
      connection.end()
    })
    connection.start()
  }

  function caretsOf(target: OpenDoc): Carets<object> {
    let found = carets.get(target)
    if (!found) {
      found = createCarets<object>((frame) => {
        for (const member of target.members) member.send(frame)
      })
      carets.set(target, found)
    }
    return found
  }

  function closeWhere(matches: (connection: Connection) => boolean, code: number, reason: string): void {
    for (const connection of connections) if (matches(connection)) connection.close(code, reason)
  }

  return {
    handleUpgrade,
    /** A scene was deleted: whoever has it open is told. */
    closeScene: (sceneId: string) =>
      closeWhere((c) => c.target.sceneId === sceneId, CLOSE.noScene, 'The scene was deleted.'),
    /** A session ended: its sockets close at once. */
    signOut: (sessionId: string) =>
      closeWhere((c) => c.principal.sessionId === sessionId, CLOSE.signedOut, 'You are signed out.'),
    /** What somebody may do has changed: their sockets are asked about at once, not at the next round. */
    recheck: (userId: string): void => {
      for (const connection of connections) if (connection.principal.userId === userId) void recheck(connection)
    },
    /** How many sockets are open (a gauge). */
    connections: () => connections.size,
    /** Refuses new sockets, lets every write end, records what changed and frees all memory. */
    close: async (): Promise<void> => {
      stopping = true
      clearInterval(round)
      closeWhere(() => true, CLOSE.restarting, 'The server is restarting.')
      await documents.closeAll()
    },
  }
}

function asBytes(data: Buffer | ArrayBuffer | Buffer[]): Uint8Array {
  if (Array.isArray(data)) return Buffer.concat(data)
  return data instanceof ArrayBuffer ? new Uint8Array(data) : data
}
