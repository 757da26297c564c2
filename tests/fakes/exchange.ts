import { createHash } from 'node:crypto'
import { idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import type { ExchangePorts } from '#lib/exchange/ports.ts'

/** Ports whose ids depend on the seed alone. */
export function fakeExchangePorts(seed = 1): ExchangePorts {
  return {
    newId: idMaker(() => 1_700_000_000_000, seededRandom(seed)),
    sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
  }
}
