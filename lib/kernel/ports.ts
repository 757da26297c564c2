/** Wall clock in UTC milliseconds. Domain code asks this port; `Date.now` is banned there. */
export type Clock = () => number

/** Uniform number in [0, 1). Domain code asks this port; `Math.random` is banned there. */
export type Random = () => number

/** Lower-case hex SHA-256 of UTF-8 text. */
export type Sha256 = (text: string) => string
