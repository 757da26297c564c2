/** A run of this process that is under way, or whose ending could not be stored yet. */
export interface LiveRun {
  text: string
  /** Nothing more is written; readers may come to their end. */
  done: boolean
  /** When it ended without its ending being stored; null while all is well. */
  brokenAt: number | null
  readonly userId: string
  readonly control: AbortController
  readonly listeners: Set<() => void>
  finished: Promise<void>
}

/** A run at its start. */
export function liveRun(userId: string): LiveRun {
  return {
    text: '',
    done: false,
    brokenAt: null,
    userId,
    control: new AbortController(),
    listeners: new Set(),
    finished: Promise.resolve(),
  }
}

/** Tells every reader that there is something new. */
export function wake(run: LiveRun): void {
  for (const listener of run.listeners) listener()
}

/** Resolves at the run's next change, or when the reader is gone. */
export function changeOf(run: LiveRun, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      run.listeners.delete(done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    run.listeners.add(done)
    signal.addEventListener('abort', done, { once: true })
  })
}

/** What is known of a run whose ending could not be stored (WR35). */
export function brokenEnding(run: LiveRun) {
  return {
    text: run.text,
    state: 'interrupted',
    finishReason: 'truncated',
    errorKind: 'not_stored',
    errorMessage: 'The server could not store how this run ended. What had been written is kept.',
    finishedAt: run.brokenAt === null ? null : new Date(run.brokenAt),
  } as const
}
