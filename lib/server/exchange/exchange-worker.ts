import { createHash } from 'node:crypto'
import { parentPort, workerData } from 'node:worker_threads'
import { formatById, importFile } from '#lib/exchange/formats.ts'
import type { ImportRefusal, ImportSource } from '#lib/exchange/format.ts'
import type { ExchangePorts } from '#lib/exchange/ports.ts'
import { joinReports, reportWriter } from '#lib/exchange/report.ts'
import { ok } from '#lib/kernel/result.ts'
import type { Result } from '#lib/kernel/result.ts'
import { commandsFromDocument } from './commands-from-document.ts'
import { orderedIds } from './ordered-ids.ts'
import { playerScript } from './player-script.ts'
import type { ExchangeAnswer, ExchangeTask, ReadFile } from './threads.ts'

// Runs one reading or writing in a thread of its own, so that a hostile file stops nobody and can be stopped.

const ports: ExchangePorts = {
  newId: orderedIds(Date.now()),
  sha256: (bytes) => new Uint8Array(createHash('sha256').update(bytes).digest()),
}

/** Reads, and goes through the making of the commands an import would send, so that a preview cannot promise more (EX107). */
function readFile(source: ImportSource, format: string | undefined): Result<ReadFile, ImportRefusal> {
  const read = importFile(source, ports, format)
  if (!read.ok) return read
  const { document, blobs, report } = read.value
  const storing = reportWriter(report.format, 'import')
  const draft = commandsFromDocument(document, new Set(blobs.keys()), storing)
  return draft.ok ? ok({ ...read.value, preview: joinReports(report, storing.finish()) }) : draft
}

function work(task: ExchangeTask): ExchangeAnswer {
  if (task.kind === 'read') {
    return { kind: 'read', result: readFile({ fileName: task.fileName, bytes: task.bytes }, task.format) }
  }
  const format = formatById(task.format)
  if (!format?.write) throw new RangeError(`nothing writes ${task.format}`)
  const { kind, format: id, ...parts } = task
  const script = id === 'play-html' ? playerScript() : ''
  return { kind, exported: format.write({ ...parts, playerScript: script }, ports) }
}

parentPort?.postMessage(work(workerData as ExchangeTask))
