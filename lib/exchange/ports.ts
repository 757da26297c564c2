import type { NewId } from '../kernel/ids.ts'

/** What the formats need from outside; adapters are in lib/server/exchange. */
export interface ExchangePorts {
  readonly newId: NewId
  /** SHA-256 of bytes, raw 32 bytes. */
  readonly sha256: (bytes: Uint8Array) => Uint8Array
}

const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'))

/** Lower-case hex of bytes. */
export function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}
