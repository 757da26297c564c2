interface Signal {
  readonly wake: () => void
  readonly wait: (timeoutMs: number, signal: AbortSignal) => Promise<void>
}

/** Wakes everybody who waits in this process: the in-process form of LISTEN and NOTIFY. */
export function createSignal(): Signal {
  const waiting = new Set<() => void>()
  return {
    wake: () => {
      for (const resume of [...waiting]) resume()
    },
    wait: (timeoutMs, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return resolve()
        const resume = () => {
          clearTimeout(timer)
          signal.removeEventListener('abort', resume)
          waiting.delete(resume)
          resolve()
        }
        const timer = setTimeout(resume, timeoutMs)
        signal.addEventListener('abort', resume, { once: true })
        waiting.add(resume)
      }),
  }
}
