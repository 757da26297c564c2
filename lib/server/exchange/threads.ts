import { Worker } from 'node:worker_threads'
import { InvalidInputError, UnavailableError } from '#lib/kernel/errors.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import type { Result } from '#lib/kernel/result.ts'
import type { Exported, Imported, ImportRefusal } from '#lib/exchange/format.ts'
import type { LossReport } from '#lib/exchange/report.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'

export type ExchangeTask =
  | {
      readonly kind: 'read'
      readonly fileName: string
      readonly bytes: Uint8Array
      readonly format: string | undefined
    }
  | {
      readonly kind: 'write'
      readonly format: string
      readonly document: StoryDocument
      readonly blobs: ReadonlyMap<string, Uint8Array>
      readonly letters: ReadonlyMap<string, string>
      readonly playable: ReadonlySet<string>
    }
/** A read file that can be stored, and what a report of both would say. */
export interface ReadFile extends Imported {
  readonly preview: LossReport
}
export type ExchangeAnswer =
  | { readonly kind: 'read'; readonly result: Result<ReadFile, ImportRefusal> }
  | { readonly kind: 'write'; readonly exported: Exported }

/** What a thread may use: work of the processor, time in all, memory of its heap. Beyond that it is killed (F5). */
export interface ThreadLimits {
  readonly cpuMs: number
  readonly wallMs: number
  readonly memoryMb: number
}

const READ_LIMITS: ThreadLimits = {
  cpuMs: FILE_LIMITS.readerCpuMs,
  wallMs: FILE_LIMITS.readerWallMs,
  memoryMb: FILE_LIMITS.readerMemoryMb,
}
/** What is written is the house's own. */
const WRITE_LIMITS: ThreadLimits = { cpuMs: 60_000, wallMs: 120_000, memoryMb: 1024 }
/** How often a thread's work is looked at. */
const LOOK_MS = 100
/** Files read at once; a third person waits. */
const THREADS = 2
const MOST_WAITING = 20

let running = 0
const waiting: (() => void)[] = []

/**
 * Reads a file, and proves that it can be stored, in a thread of its own that is killed past its limits (5 s of work,
 * 60 s in all, 512 MB).
 * Throws InvalidInputError then, UnavailableError when too many wait.
 */
export async function readInThread(
  source: { readonly fileName: string; readonly bytes: Uint8Array },
  format: string | undefined,
  signal: AbortSignal,
  limits: ThreadLimits = READ_LIMITS,
): Promise<Result<ReadFile, ImportRefusal>> {
  const answer = await inThread({ kind: 'read', ...source, format }, limits, signal)
  if (answer.kind !== 'read') throw new TypeError('the thread answered another question')
  return answer.result
}

/** Writes a story in a format in a thread of its own. */
export async function writeInThread(
  request: Omit<Extract<ExchangeTask, { kind: 'write' }>, 'kind'>,
  signal: AbortSignal,
): Promise<Exported> {
  const answer = await inThread({ kind: 'write', ...request }, WRITE_LIMITS, signal)
  if (answer.kind !== 'write') throw new TypeError('the thread answered another question')
  return answer.exported
}

async function inThread(task: ExchangeTask, limits: ThreadLimits, signal: AbortSignal): Promise<ExchangeAnswer> {
  if (running >= THREADS) {
    if (waiting.length >= MOST_WAITING)
      throw new UnavailableError('Too many files are being read. Try again in a moment.')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running++
  try {
    // A signal that fell while one waited fires no more.
    if (signal.aborted) throw stopped()
    return await runThread(task, limits, signal)
  } finally {
    running--
    waiting.shift()?.()
  }
}

/** What somebody hears who asked for work and stopped it. */
export function stopped(): UnavailableError {
  return new UnavailableError('The work was stopped; nothing was stored.')
}

function runThread(task: ExchangeTask, limits: ThreadLimits, signal: AbortSignal): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./exchange-worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: limits.memoryMb },
      // Nothing of the environment is the file reader's business.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      clearInterval(look)
      signal.removeEventListener('abort', stop)
      settle()
      void thread.terminate()
    }
    const stop = () => end(() => reject(stopped()))
    const tooSlow = () =>
      end(() =>
        reject(
          new InvalidInputError('The file takes too long to read or write; it was stopped and nothing was stored.', {
            kind: 'too-slow',
          }),
        ),
      )
    const timer = setTimeout(tooSlow, limits.wallMs)
    // The work counts, not the time: a busy machine must not turn a good file away.
    const look = setInterval(() => {
      thread.cpuUsage().then(
        ({ user, system }) => {
          if ((user + system) / 1000 > limits.cpuMs) tooSlow()
        },
        // The thread ended meanwhile; its own events say how.
        () => undefined,
      )
    }, LOOK_MS)
    signal.addEventListener('abort', stop)
    thread.once('message', (answer: ExchangeAnswer) => end(() => resolve(answer)))
    thread.once('error', (cause) => {
      const memory = 'code' in cause && cause.code === 'ERR_WORKER_OUT_OF_MEMORY'
      end(() =>
        reject(
          memory
            ? new InvalidInputError('The file needs more memory than an import may use; nothing was stored.', {
                kind: 'too-large',
              })
            : cause,
        ),
      )
    })
    thread.once('exit', () => end(() => reject(new UnavailableError('The reader ended without an answer.'))))
  })
}
