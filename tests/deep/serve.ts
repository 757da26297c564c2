import { startServer } from '../integration/server.ts'

// A server for the API fuzzer: no limits, a clock that stands still so that no sign-in runs out, one story. Prints where
// it is and how to get in as one line of JSON, and serves until its input ends.

const now = Date.now()
const server = await startServer({ clock: () => now, unlimited: true })
const owner = await server.owner()
const made = await owner.call('POST', '/api/stories', { title: 'For the fuzzer' })
process.stdout.write(
  `${JSON.stringify({ origin: server.origin, cookie: owner.cookieHeader(), storyId: made.json['storyId'] })}\n`,
)
process.stdin.on('end', () => void server.close().then(() => process.exit(0)))
process.stdin.resume()
