import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { formatById, importFile } from '#lib/exchange/formats.ts'
import type { ExchangePorts } from '#lib/exchange/ports.ts'
import { orderedIds } from './ordered-ids.ts'
import { playerScript } from './player-script.ts'
import type { ExchangeAnswer, ExchangeTask } from './threads.ts'

// Runs one reading or writing in a thread of its own, so that a hostile file stops nobody and can be stopped.

const ports: ExchangePorts = {
  newId: orderedIds(Date.now()),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
}

function work(task: ExchangeTask): ExchangeAnswer {
  if (task.kind === 'read') {
    return { kind: 'read', result: importFile({ fileName: task.fileName, bytes: task.bytes }, ports, task.format) }
  }
  const format = formatById(task.format)
  if (!format?.write) throw new RangeError(`nothing writes ${task.format}`)
  const script = task.format === 'play-html' ? playerScript() : ''
  return {
    kind: 'write',
    exported: format.write(
      { document: task.document, blobs: task.blobs, playerScript: script, letters: task.letters },
      ports,
    ),
  }
}

parentPort?.postMessage(work(workerData as ExchangeTask))
