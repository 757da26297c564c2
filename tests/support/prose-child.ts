import { startProse } from './prose-server.ts'

// A server process of its own, so that a test can kill it: prints its port, then serves until it dies.
const [, , path, port] = process.argv
if (!path) throw new Error('path of events.db expected')
const rig = await startProse(path, Number(port ?? 0))
console.log(`port ${rig.port}`)
