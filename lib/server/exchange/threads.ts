import { Worker } from 'node:worker_threads'
import { InvalidInputError, UnavailableError } from '#lib/kernel/errors.ts'
import type { Result } from '#lib/kernel/result.ts'
import type { Exported, Imported, ImportRefusal } from '#lib/exchange/format.ts'
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
    }
export type ExchangeAnswer =
  | { readonly kind: 'read'; readonly result: Result<Imported, ImportRefusal> }
  | { readonly kind: 'write'; readonly exported: Exported }

const READ_LIMIT_MS = 10_000
const WRITE_LIMIT_MS = 60_000
const MEMORY_MB = 1024
/** Files read at once; a third person waits. */
const THREADS = 2
const MOST_WAITING = 20

let running = 0
const waiting: (() => void)[] = []

/** Reads a file in a thread that is killed after 10 s. Throws InvalidInputError then, UnavailableError when too many wait. */
export async function readInThread(
  source: { readonly fileName: string; readonly bytes: Uint8Array },
  format: string | undefined,
  signal: AbortSignal,
): Promise<Result<Imported, ImportRefusal>> {
  const answer = await inThread({ kind: 'read', ...source, format }, READ_LIMIT_MS, signal)
  if (answer.kind !== 'read') throw new TypeError('the thread answered another question')
  return answer.result
}

/** Writes a story in a format in a thread of its own. */
export async function writeInThread(
  request: Omit<Extract<ExchangeTask, { kind: 'write' }>, 'kind'>,
  signal: AbortSignal,
): Promise<Exported> {
  const answer = await inThread({ kind: 'write', ...request }, WRITE_LIMIT_MS, signal)
  if (answer.kind !== 'write') throw new TypeError('the thread answered another question')
  return answer.exported
}

async function inThread(task: ExchangeTask, limitMs: number, signal: AbortSignal): Promise<ExchangeAnswer> {
  if (running >= THREADS) {
    if (waiting.length >= MOST_WAITING)
      throw new UnavailableError('Too many files are being read. Try again in a moment.')
    await new Promise<void>((resolve) => waiting.push(resolve))
  }
  running++
  try {
    return await runThread(task, limitMs, signal)
  } finally {
    running--
    waiting.shift()?.()
  }
}

function runThread(task: ExchangeTask, limitMs: number, signal: AbortSignal): Promise<ExchangeAnswer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./exchange-worker.ts', import.meta.url), {
      workerData: task,
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
      // Nothing of the environment is the file reader's business.
      env: {},
      execArgv: ['--disable-warning=ExperimentalWarning'],
    })
    const end = (settle: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
      settle()
      void thread.terminate()
    }
    const stop = () => end(() => reject(new UnavailableError('The work was stopped.')))
    const timer = setTimeout(() => {
      end(() =>
        reject(
          new InvalidInputError(
            `The file could not be read within ${limitMs / 1000} seconds; it was stopped and nothing was stored.`,
            { kind: 'too-slow' },
          ),
        ),
      )
    }, limitMs)
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
