import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { WebSocket } from 'ws'
import * as Y from 'yjs'
import { docText } from '#lib/prose/text.ts'
import { MESSAGE_AWARENESS, MESSAGE_RECEIPT, MESSAGE_SYNC, PROSE_FIELD, proseDocName } from '#lib/prose/wire.ts'
import { contentOf } from '#lib/server/prose/ydoc.ts'

/** A client that speaks the wire by hand, so that tests can also misbehave. */
export interface RawClient {
  readonly ydoc: Y.Doc
  readonly socket: WebSocket
  /** Latest receipt of each kind. */
  readonly receipts: { durable: number; refused: number }
  /** Caret states by client id as last heard. */
  readonly carets: Map<number, unknown>
  /** Step-2 and update messages sent. */
  sent: number
  readonly synced: Promise<void>
  readonly closed: Promise<{ code: number; reason: string }>
  readonly send: (...parts: readonly (number | Uint8Array)[]) => void
  readonly type: (text: string, block?: number) => void
  readonly text: () => string
  readonly allDurable: () => Promise<void>
  readonly stop: () => void
}

interface RawOptions {
  readonly port: number
  readonly sceneId: string
  readonly ticket?: string
  readonly epoch?: number
  readonly ydoc?: Y.Doc
  /** The Origin header; the house's own door wants its own. */
  readonly origin?: string
}

export function rawClient(options: RawOptions): RawClient {
  const name = proseDocName(options.sceneId, options.epoch ?? 1)
  const address = `ws://127.0.0.1:${options.port}/yjs/${name}?ticket=${options.ticket ?? 'us_anna'}`
  const socket = new WebSocket(address, options.origin === undefined ? {} : { origin: options.origin })
  socket.binaryType = 'nodebuffer'
  const ydoc = options.ydoc ?? new Y.Doc()
  const receipts = { durable: 0, refused: 0 }
  const carets = new Map<number, unknown>()
  let markSynced: () => void = () => undefined
  const synced = new Promise<void>((resolve) => {
    markSynced = resolve
  })
  let waiters: (() => void)[] = []
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => resolve({ code, reason: reason.toString() }))
  })
  socket.on('error', () => undefined)

  const send = (...parts: readonly (number | Uint8Array)[]) => {
    if (socket.readyState !== socket.OPEN) return
    const encoder = encoding.createEncoder()
    for (const part of parts) {
      if (typeof part === 'number') encoding.writeVarUint(encoder, part)
      else encoding.writeVarUint8Array(encoder, part)
    }
    if (parts[0] === MESSAGE_SYNC && (parts[1] === 1 || parts[1] === 2)) client.sent++
    socket.send(encoding.toUint8Array(encoder))
  }
  const onUpdate = (update: Uint8Array, origin: unknown) => {
    if (origin !== client) send(MESSAGE_SYNC, 2, update)
  }
  ydoc.on('update', onUpdate)
  socket.on('open', () => send(MESSAGE_SYNC, 0, Y.encodeStateVector(ydoc)))
  socket.on('message', (data: Buffer) => {
    const decoder = decoding.createDecoder(data)
    const type = decoding.readVarUint(decoder)
    if (type === MESSAGE_SYNC) {
      const kind = decoding.readVarUint(decoder)
      const body = decoding.readVarUint8Array(decoder)
      if (kind === 0) send(MESSAGE_SYNC, 1, Y.encodeStateAsUpdate(ydoc, body))
      else Y.applyUpdate(ydoc, body, client)
      if (kind === 1) markSynced()
    } else if (type === MESSAGE_RECEIPT) {
      const kind = decoding.readVarUint(decoder) === 0 ? 'durable' : 'refused'
      receipts[kind] = decoding.readVarUint(decoder)
      if (receipts.durable >= client.sent) {
        for (const wake of waiters) wake()
        waiters = []
      }
    } else if (type === MESSAGE_AWARENESS) readCarets(decoding.readVarUint8Array(decoder), carets)
  })

  const client: RawClient = {
    ydoc,
    socket,
    receipts,
    carets,
    sent: 0,
    synced,
    closed,
    send,
    type: (text, block = 0) => typeInto(ydoc, text, block),
    text: () => docText(contentOf(ydoc)),
    allDurable: () =>
      receipts.durable >= client.sent ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve)),
    stop: () => {
      ydoc.off('update', onUpdate)
      socket.terminate()
    },
  }
  return client
}

function readCarets(bytes: Uint8Array, into: Map<number, unknown>): void {
  const decoder = decoding.createDecoder(bytes)
  const count = decoding.readVarUint(decoder)
  for (let i = 0; i < count; i++) {
    const id = decoding.readVarUint(decoder)
    decoding.readVarUint(decoder)
    into.set(id, JSON.parse(decoding.readVarString(decoder)) as unknown)
  }
}

/** A caret message that claims `clientId` and `state`. */
export function caretBytes(clientId: number, clock: number, state: unknown): Uint8Array {
  const encoder = encoding.createEncoder()
  encoding.writeVarUint(encoder, 1)
  encoding.writeVarUint(encoder, clientId)
  encoding.writeVarUint(encoder, clock)
  encoding.writeVarString(encoder, JSON.stringify(state))
  return encoding.toUint8Array(encoder)
}

/** Types at the end of a block, as the editor's binding would. */
export function typeInto(ydoc: Y.Doc, text: string, block = 0): void {
  const element = ydoc.getXmlFragment(PROSE_FIELD).get(block)
  if (!(element instanceof Y.XmlElement)) throw new Error(`no block ${block}`)
  ydoc.transact(() => {
    let last = element.length > 0 ? element.get(element.length - 1) : null
    if (!(last instanceof Y.XmlText)) {
      last = new Y.XmlText()
      element.insert(element.length, [last])
    }
    last.insert(last.length, text)
  })
}

export async function until(check: () => boolean | Promise<boolean>, what: string, timeoutMs = 50_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await check())) {
    if (Date.now() > end) throw new Error(`timed out waiting: ${what}`)
    await new Promise((done) => setTimeout(done, 10))
  }
}
