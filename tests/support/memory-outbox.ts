import type { Outbox } from '#lib/client/story-sync-ports.ts'
import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import { clientId, type ClientId } from '#lib/kernel/ids.ts'

/** An outbox that lasts as long as the test. */
export function memoryOutbox(first: ClientId): Outbox {
  let id = first
  let seq = 0
  let round = 0
  let waiting: CommandEnvelope[] = []
  return {
    add: (make) => {
      const envelope = make(id, ++seq)
      waiting.push(envelope)
      return Promise.resolve(envelope)
    },
    remove: (envelope) => {
      waiting = waiting.filter((item) => item.commandId !== envelope.commandId)
      return Promise.resolve()
    },
    waiting: () => Promise.resolve([...waiting]),
    renumber: () => {
      id = clientId.parse(`${first}_${++round}`)
      seq = 0
      waiting = waiting.map((envelope) => ({ ...envelope, clientId: id, seq: ++seq }))
      return Promise.resolve([...waiting])
    },
  }
}
