/** Runs one piece of work at a time, in the order they came. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

/**
 * Whoever gives or takes rights does it in turn: between the check of what the giver holds and the change nobody can take
 * the giver's right away (A3).
 */
export function createTurn(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const mine = last.then(work)
    last = mine.catch(() => undefined)
    return mine
  }
}
