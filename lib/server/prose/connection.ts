import * as decoding from 'lib0/decoding'
import type { WebSocket } from 'ws'
import * as Y from 'yjs'
import type { Principal } from '#lib/accounts/policy.ts'
import { CLOSE, MAX_MESSAGE_BYTES, RECEIPT_DURABLE, RECEIPT_REFUSED } from '#lib/prose/wire.ts'
import { createSlowReader, SLOW_BYTES } from '../slow-reader.ts'
import type { Carets } from './carets.ts'
import type { Documents, Member, OpenDoc } from './documents.ts'
import { receiptFrame, step1Frame, step2Frame } from './frames.ts'
import { type ClientProseMessage, proseMessages, readKind } from './messages.ts'
import type { ProseAccess } from './ports.ts'

/** One socket on one text. Rules PR40-PR47, PR55. */

/** Received, not yet committed: above this the socket is read no further. */
const PAUSE_BYTES = 16 * 1024 * 1024
const TERMINATE_MS = 1_000
const HEARTBEAT_MS = 15_000
/** The house madder; our own editor draws by hue. */
const PLAIN_COLOR = '#8c2f2b'

interface ConnectionInput {
  readonly socket: WebSocket
  readonly principal: Principal
  readonly hue: number
  readonly target: OpenDoc
  readonly documents: Documents
  readonly carets: Carets<object>
  readonly access: ProseAccess
  readonly now: number
}

export interface Connection extends Member {
  readonly principal: Principal
  readonly target: OpenDoc
  readonly receive: (data: Uint8Array) => void
  readonly setAccess: (access: ProseAccess) => void
  /** Called about once a second: heartbeat, slow and dead readers. `now` in ms. */
  readonly tick: (now: number) => void
  readonly start: () => void
  readonly end: () => void
}

/** Serves a socket whose ticket was good and whose document is loaded. */
export function createConnection(input: ConnectionInput): Connection {
  const { socket, principal, target, documents, carets } = input
  let access = input.access
  let durable = 0
  let refused = 0
  let pendingBytes = 0
  let receiptDue = false
  let lastBeat = input.now
  let alive = true
  const tooSlow = createSlowReader()
  let closing = false

  function send(frame: Uint8Array): void {
    if (socket.readyState !== socket.OPEN || closing) return
    socket.send(frame)
    if (socket.bufferedAmount > SLOW_BYTES) close(CLOSE.tooSlow, 'Reading too slowly.')
  }

  function close(code: number, reason: string): void {
    if (closing) return
    closing = true
    socket.close(code, reason)
    // A peer that reads nothing never answers the closing handshake.
    setTimeout(() => socket.terminate(), TERMINATE_MS).unref()
  }

  function confirm(): void {
    durable++
    if (receiptDue) return
    receiptDue = true
    // One receipt for all commits of a tick.
    queueMicrotask(() => {
      receiptDue = false
      send(receiptFrame(RECEIPT_DURABLE, durable))
    })
  }

  function receive(data: Uint8Array): void {
    if (closing) return
    if (data.byteLength > MAX_MESSAGE_BYTES) return close(CLOSE.tooLarge, 'One message may hold 8 MB.')
    try {
      read(data)
    } catch {
      // Whatever it was, it is not our protocol; the document was restored by `apply` if it was touched (PR43).
      close(CLOSE.badMessage, 'The message could not be read.')
    }
  }

  function read(data: Uint8Array): void {
    const decoder = decoding.createDecoder(data)
    const kind = readKind(decoder)
    handlers[kind](decoder, access === 'write' || proseMessages[kind].permission === 'story.read')
  }

  /** Whoever has this socket may read; `may` says whether they have the right this kind of message needs. */
  const handlers: Readonly<Record<ClientProseMessage, (decoder: decoding.Decoder, may: boolean) => void>> = {
    'sync-step-1': (decoder) => send(step2Frame(target.ydoc, decoding.readVarUint8Array(decoder))),
    'sync-step-2': (decoder, may) => write(decoding.readVarUint8Array(decoder), may),
    update: (decoder, may) => write(decoding.readVarUint8Array(decoder), may),
    awareness: (decoder) => carets.receive(member, user(), decoding.readVarUint8Array(decoder)),
    'query-awareness': () => sendCarets(),
  }

  function write(update: Uint8Array, may: boolean): void {
    // Two zero bytes: no structs, no deletions. Every reader answers step 1 with it.
    const empty = update.byteLength === 2 && update[0] === 0 && update[1] === 0
    if (!may && !empty && !hasAll(target.ydoc, update)) {
      refused++
      return send(receiptFrame(RECEIPT_REFUSED, refused))
    }
    if (!may || empty || !documents.apply(target, update, member)) {
      // Nothing new: what it repeats may still be on its way, so it is durable when that is.
      void target.settled.then(() => (target.closed ? undefined : confirm()))
      return
    }
    pendingBytes += update.byteLength
    if (pendingBytes > PAUSE_BYTES) socket.pause()
    documents
      .persist(target, update, principal.userId, member)
      .then(confirm, () => undefined)
      .finally(() => {
        pendingBytes -= update.byteLength
        if (pendingBytes <= PAUSE_BYTES && socket.isPaused) socket.resume()
      })
  }

  function user() {
    return {
      id: principal.userId,
      name: principal.name,
      hue: input.hue,
      color: PLAIN_COLOR,
      canWrite: access === 'write',
    }
  }

  function sendCarets(): void {
    const frame = carets.all()
    if (frame) send(frame)
  }

  function tick(now: number): void {
    if (closing) return
    if (tooSlow(socket.bufferedAmount, now)) return close(CLOSE.tooSlow, 'Reading too slowly.')
    if (now - lastBeat < HEARTBEAT_MS) return
    lastBeat = now
    if (!alive) return socket.terminate()
    alive = false
    socket.ping()
    // The client's watchdog wants to hear something every 30 s.
    send(receiptFrame(RECEIPT_DURABLE, durable))
  }

  const member: Connection = {
    principal,
    target,
    send,
    close,
    receive,
    tick,
    setAccess: (next) => {
      const again = access !== 'write' && next === 'write' && refused > 0
      access = next
      // What follows builds on what was refused and is missing here: the next connect brings it along.
      if (again) close(CLOSE.restarting, 'You may write again.')
      if (next === 'none') close(CLOSE.roleLost, 'You may no longer open this story.')
    },
    start: () => {
      socket.on('pong', () => {
        alive = true
      })
      documents.join(target, member)
      send(step1Frame(target.ydoc))
      sendCarets()
    },
    end: () => {
      closing = true
      carets.drop(member)
      documents.leave(target, member)
    },
  }
  return member
}

/**
 * Whether a document has all that an update brings. Whoever comes back with a text answers step 1 with its deletions,
 * known or not (Yjs sends them whole), so also a reader sends something.
 */
function hasAll(ydoc: Y.Doc, update: Uint8Array): boolean {
  return Y.snapshotContainsUpdate(Y.snapshot(ydoc), update)
}
