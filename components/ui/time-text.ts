const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * 86_400_000],
  ['month', 30 * 86_400_000],
  ['week', 7 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

// Made at their first use: each loads language data, which a page that is opening need not wait for.
const relative = once(() => new Intl.RelativeTimeFormat('en', { numeric: 'auto' }))
const dateTime = once(() => new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' }))
const day = once(() => new Intl.DateTimeFormat('en', { dateStyle: 'medium' }))

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}

/** A moment (UTC ms) as "3 minutes ago"; under a minute "now". `now` is for tests. */
export function timeAgo(at: number, now: number = Date.now()): string {
  const distance = at - now
  for (const [unit, size] of STEPS) {
    if (Math.abs(distance) >= size) return relative().format(Math.trunc(distance / size), unit)
  }
  return relative().format(0, 'second')
}

/** A moment (UTC ms) as date and time in the person's zone. */
export function dateTimeText(at: number): string {
  return dateTime().format(at)
}

/** The day of a moment (UTC ms) in the person's zone. */
export function dateText(at: number): string {
  return day().format(at)
}
