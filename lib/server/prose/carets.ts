import * as decoding from 'lib0/decoding'
import * as encoding from 'lib0/encoding'
import { MESSAGE_AWARENESS } from '#lib/prose/wire.ts'

/**
 * Carets in a text: who is where (Yjs awareness, never stored). The server stamps the name and binds each client id to
 * one connection, so nobody can write another's (PR46). Changes of 50 ms travel in one frame.
 */

const FLUSH_MS = 50
const MAX_STATE_BYTES = 2048
const MAX_PER_FLUSH = 3

export interface CaretUser {
  readonly id: string
  readonly name: string
  /** 1..12, a hue of the people palette; the server decides, so that all agree. */
  readonly hue: number
  /** For renderers that know no hues. */
  readonly color: string
  readonly canWrite: boolean
}

interface Caret<Owner> {
  readonly owner: Owner
  clock: number
  /** JSON of the stamped state; null once gone. */
  state: string | null
}

interface Entry {
  readonly client: number
  readonly clock: number
  readonly state: unknown
}

export type Carets<Owner extends object> = ReturnType<typeof createCarets<Owner>>

/** One text's carets. `broadcast` sends a frame to everybody connected. */
export function createCarets<Owner extends object>(broadcast: (frame: Uint8Array) => void) {
  const carets = new Map<number, Caret<Owner>>()
  const changed = new Set<number>()
  let timer: NodeJS.Timeout | null = null

  function flush(): void {
    timer = null
    if (changed.size === 0) return
    const frame = encode([...changed])
    for (const client of changed) if (carets.get(client)?.state === null) carets.delete(client)
    changed.clear()
    broadcast(frame)
  }

  function touch(client: number): void {
    changed.add(client)
    if (!timer) {
      timer = setTimeout(flush, FLUSH_MS)
      timer.unref()
    }
  }

  function encode(clients: readonly number[]): Uint8Array {
    const body = encoding.createEncoder()
    encoding.writeVarUint(body, clients.length)
    for (const client of clients) {
      const caret = carets.get(client)
      encoding.writeVarUint(body, client)
      encoding.writeVarUint(body, caret?.clock ?? 0)
      encoding.writeVarString(body, caret?.state ?? 'null')
    }
    const frame = encoding.createEncoder()
    encoding.writeVarUint(frame, MESSAGE_AWARENESS)
    encoding.writeVarUint8Array(frame, encoding.toUint8Array(body))
    return encoding.toUint8Array(frame)
  }

  /** Takes what `owner` says about its own caret; what it says about others is dropped. Throws on damaged bytes. */
  function receive(owner: Owner, user: CaretUser, bytes: Uint8Array): void {
    for (const entry of decode(bytes).slice(0, MAX_PER_FLUSH)) {
      const known = carets.get(entry.client)
      if (known && known.owner !== owner) continue
      if (!known && ownsAnother(owner)) continue
      if (known && entry.clock < known.clock) continue
      carets.set(entry.client, { owner, clock: entry.clock, state: stamp(entry.state, user) })
      touch(entry.client)
    }
  }

  function ownsAnother(owner: Owner): boolean {
    for (const caret of carets.values()) if (caret.owner === owner && caret.state !== null) return true
    return false
  }

  /** Takes the caret of a connection away, e.g. when it closed. */
  function drop(owner: Owner): void {
    for (const [client, caret] of carets) {
      if (caret.owner !== owner || caret.state === null) continue
      caret.clock++
      caret.state = null
      touch(client)
    }
  }

  return {
    receive,
    drop,
    /** Everybody's caret in one frame, or null when there is none. */
    all: (): Uint8Array | null => {
      const clients = [...carets.keys()].filter((client) => carets.get(client)?.state !== null)
      return clients.length > 0 ? encode(clients) : null
    },
    /** Ends the pending frame. */
    stop: (): void => {
      if (timer) clearTimeout(timer)
      timer = null
    },
  }
}

function decode(bytes: Uint8Array): Entry[] {
  const decoder = decoding.createDecoder(bytes)
  const count = decoding.readVarUint(decoder)
  const entries: Entry[] = []
  for (let i = 0; i < count && i < 200; i++) {
    const client = decoding.readVarUint(decoder)
    const clock = decoding.readVarUint(decoder)
    entries.push({ client, clock, state: JSON.parse(decoding.readVarString(decoder)) as unknown })
  }
  return entries
}

/** The state others see: only the caret's place is taken from the client; the name is the server's. */
function stamp(state: unknown, user: CaretUser): string | null {
  if (typeof state !== 'object' || state === null) return null
  const cursor = (state as { cursor?: unknown }).cursor ?? null
  const stamped = JSON.stringify({ user, cursor })
  return stamped.length <= MAX_STATE_BYTES ? stamped : JSON.stringify({ user, cursor: null })
}
