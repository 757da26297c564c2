import type { CommandEnvelope } from '#lib/kernel/envelope.ts'
import type { ClientId } from '#lib/kernel/ids.ts'
import type { Outbox, RefusedCommand } from '#lib/client/story-sync-ports.ts'

/** A browser's storage of waiting commands, in memory; `open` is a tab, `close` ends it and leaves its rows behind. */
export function fakeTabStorage(newClientId: () => ClientId) {
  let rows: readonly CommandEnvelope[] = []
  let refused: readonly RefusedCommand[] = []
  const live = new Set<ClientId>()

  return {
    rows: () => rows,
    open: (): Outbox & { readonly close: () => void } => {
      let id = newClientId()
      let seq = 0
      const mine = new Set<ClientId>([id])
      live.add(id)
      const own = () => rows.filter((row) => row.clientId === id)
      return {
        add: (make, instead) => {
          const envelope = make(id, ++seq)
          rows = [...rows.filter((row) => row.clientId !== instead?.clientId || row.seq !== instead.seq), envelope]
          return Promise.resolve(envelope)
        },
        replace: (commandId, command) => {
          rows = rows.map((row) => (row.commandId === commandId ? { ...row, command } : row))
          return Promise.resolve(rows.find((row) => row.commandId === commandId))
        },
        remove: (envelope) => {
          rows = rows.filter((row) => row.commandId !== envelope.commandId)
          return Promise.resolve()
        },
        waiting: () => Promise.resolve(own()),
        renumber: () => {
          const old = own()
          id = newClientId()
          live.add(id)
          mine.add(id)
          seq = 0
          rows = [
            ...rows.filter((row) => !old.includes(row)),
            ...old.map((row) => ({ ...row, clientId: id, seq: ++seq })),
          ]
          return Promise.resolve(own())
        },
        refuse: (command) => {
          refused = [...refused, command]
          return Promise.resolve()
        },
        refused: () => Promise.resolve(refused),
        dismiss: (dismissed) => {
          refused = refused.filter(({ id: kept }) => kept !== dismissed)
          return Promise.resolve()
        },
        orphans: () => {
          for (const row of rows) if (!live.has(row.clientId)) mine.add(row.clientId)
          const adopted = rows.filter((row) => row.clientId !== id && mine.has(row.clientId))
          for (const row of adopted) live.add(row.clientId)
          return Promise.resolve(adopted.sort((a, b) => a.seq - b.seq))
        },
        close: () => mine.forEach((held) => live.delete(held)),
      }
    },
  }
}
