import { useRef, useState } from 'react'

/**
 * The same functions for as long as the component lives, each calling what was given last. For the canvas library, which
 * draws every element anew when one of its handlers is another function.
 */
export function useSteady<T extends Readonly<Record<string, (...args: never[]) => unknown>>>(handlers: T): T {
  const latest = useRef(handlers)
  latest.current = handlers
  const [steady] = useState(() => {
    const call =
      (name: string) =>
      (...args: never[]) =>
        latest.current[name]?.(...args)
    // Each has the arguments and the answer of the handler it stands for.
    return Object.fromEntries(Object.keys(handlers).map((name) => [name, call(name)])) as unknown as T
  })
  return steady
}
