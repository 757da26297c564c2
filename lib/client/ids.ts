import { idMaker } from '#lib/kernel/ids.ts'

const words = new Uint32Array(1)

/** Makes ids in the browser from its clock and its secure randomness. */
export const newId = idMaker(Date.now, () => {
  crypto.getRandomValues(words)
  return (words[0] ?? 0) / 2 ** 32
})
