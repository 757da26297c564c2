import { CLOSE, MAX_MESSAGE_BYTES, MESSAGE_SYNC, SYNC_STEP_2, SYNC_UPDATE } from '#lib/prose/wire.ts'

/**
 * The socket y-websocket is given: asks for a fresh ticket before each connect and counts what is sent (PR41, PR61).
 */

/** What the server hands out for one connect. */
export interface ProseTicket {
  readonly ticket: string
  /** Name of the present document; another one than ours means the text was replaced. */
  readonly doc: string
  readonly canWrite: boolean
}

interface SocketHooks {
  readonly serverUrl: string
  readonly doc: string
  /** Rejects with `{ status }` (0 when the server cannot be reached). */
  readonly fetchTicket: (signal: AbortSignal) => Promise<ProseTicket>
  readonly onTicket: (ticket: ProseTicket) => void
  /** A new connect begins: counting starts at zero. */
  readonly onBegin: () => void
  /** One step-2 or update message went out; `full` when it holds everything the server lacked. */
  readonly onSent: (full: boolean) => void
}

/** Browsers tell only "1006" for what they could not say; ours says what the ticket's answer was. */
const CODE_OF_STATUS: Readonly<Record<number, number>> = {
  401: CLOSE.signedOut,
  403: CLOSE.roleLost,
  404: CLOSE.noScene,
}
const ABNORMAL = 1006
/** ws closes with this above its own payload cap. */
const MESSAGE_TOO_BIG = 1009

/** Builds the socket class for one text. It has the part of WebSocket that y-websocket uses. */
export function proseSocketClass(hooks: SocketHooks): typeof WebSocket {
  class ProseSocket {
    static readonly OPEN = 1
    readonly OPEN = 1
    binaryType: BinaryType = 'arraybuffer'
    onopen: ((event: Event) => void) | null = null
    onmessage: ((event: MessageEvent) => void) | null = null
    onerror: ((event: Event) => void) | null = null
    onclose: ((event: { code: number; reason: string }) => void) | null = null
    private real: WebSocket | null = null
    private ended = false
    private readonly asking = new AbortController()

    constructor() {
      hooks.onBegin()
      hooks.fetchTicket(this.asking.signal).then(
        (ticket) => this.connect(ticket),
        (cause: unknown) => this.end(CODE_OF_STATUS[statusOf(cause)] ?? ABNORMAL, 'no ticket'),
      )
    }

    get readyState(): number {
      if (this.ended) return 3
      return this.real?.readyState ?? 0
    }

    send(data: Uint8Array<ArrayBuffer>): void {
      if (data.byteLength > MAX_MESSAGE_BYTES) return this.end(CLOSE.tooLarge, 'message over 8 MB')
      this.real?.send(data)
      if (data[0] === MESSAGE_SYNC && (data[1] === SYNC_STEP_2 || data[1] === SYNC_UPDATE)) {
        hooks.onSent(data[1] === SYNC_STEP_2)
      }
    }

    close(): void {
      this.ended = true
      this.asking.abort()
      this.real?.close()
    }

    private connect(ticket: ProseTicket): void {
      if (this.ended) return
      if (ticket.doc !== hooks.doc) return this.end(CLOSE.epochChanged, 'the text was replaced')
      hooks.onTicket(ticket)
      const real = new WebSocket(`${hooks.serverUrl}/${hooks.doc}?ticket=${encodeURIComponent(ticket.ticket)}`)
      real.binaryType = 'arraybuffer'
      real.onopen = (event) => this.onopen?.(event)
      real.onmessage = (event) => this.onmessage?.(event)
      real.onerror = (event) => this.onerror?.(event)
      real.onclose = (event) => this.end(event.code === MESSAGE_TOO_BIG ? CLOSE.tooLarge : event.code, event.reason)
      this.real = real
    }

    private end(code: number, reason: string): void {
      if (this.ended) return
      this.ended = true
      this.real?.close()
      this.onclose?.({ code, reason })
    }
  }
  // y-websocket constructs it and uses the members above; the rest of WebSocket is never touched.
  return ProseSocket as unknown as typeof WebSocket
}

function statusOf(cause: unknown): number {
  const status = (cause as { status?: unknown } | null)?.status
  return typeof status === 'number' ? status : 0
}
