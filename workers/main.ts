import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createServices, type Services } from '#lib/server/container.ts'
import { parseEnv } from '#lib/server/env.ts'
import { holdPort, type HeldPort, type SocketDoor } from '#lib/server/http/listener.ts'
import { routes } from '#lib/server/http/registry.ts'
import { startJobs } from '#lib/server/jobs/start.ts'
import { seedDemoStory } from '#lib/server/seed.ts'
import { StartFailure } from '#lib/server/start-failure.ts'

// The program: `node workers/main.ts [--services=web,realtime,background]`. Takes the port, opens the data, serves.

const SERVICES = ['web', 'realtime', 'background'] as const
type Service = (typeof SERVICES)[number]

/** Open requests and streams get this long to end after SIGTERM (R4). */
const DRAIN_MS = 25_000

async function main(): Promise<void> {
  process.env['NEXT_TELEMETRY_DISABLED'] = '1'
  const wanted = chosenServices(process.argv.slice(2))
  const env = parseEnv(process.env)
  const held = await holdPort(env)
  const services = await createServices(env)
  await seedDemoStory(services)
  const pages = wanted.has('web') && (await preparePages(services, env))
  const doors = wanted.has('realtime') ? socketDoors(services) : []
  held.serve({ services, routes: wanted.has('web') ? routes : [], pages: pages ? pages.handle : null, doors })
  if (pages) services.onClose(pages.close)
  if (wanted.has('background')) startJobs(services)
  drainOnSignal(services, held)
  console.log(welcome(env.publicUrl, services.auth.setupLink(), env.plainHttpWarning))
}

function welcome(url: string, setupLink: string | null, plainHttp: boolean): string {
  const lines = [`The Loom is ready at ${url}`]
  if (setupLink !== null) lines.push(`Set-up link: ${setupLink}`)
  if (plainHttp) lines.push('Warning: sign-ins cross the network unprotected (LOOM_ALLOW_PLAIN_HTTP).')
  return lines.join('\n')
}

function socketDoors({ realtime, prose }: Services): readonly SocketDoor[] {
  return [
    { path: '/socket.io', handleUpgrade: realtime.handleUpgrade },
    { path: '/yjs', handleUpgrade: prose.sync.handleUpgrade },
  ]
}

async function preparePages(services: Services, env: Services['env']) {
  if (!existsSync(join(import.meta.dirname, '../.next/BUILD_ID'))) {
    services.log.warn('the pages are not built; only the API is served')
    return null
  }
  const { createPages } = await import('./web.ts')
  return createPages(env)
}

function chosenServices(args: readonly string[]): ReadonlySet<Service> {
  const flag = args.find((arg) => arg.startsWith('--services='))
  if (!flag) return new Set(SERVICES)
  const names = flag.slice('--services='.length).split(',')
  for (const name of names) {
    if (!SERVICES.some((known) => known === name)) {
      throw new StartFailure('wrong-setting', `--services: there is no "${name}"; choose from ${SERVICES.join(', ')}.`)
    }
  }
  return new Set(SERVICES.filter((known) => names.includes(known)))
}

function drainOnSignal(services: Services, held: HeldPort): void {
  let draining = false
  const stop = () => {
    if (draining) process.exit(1)
    draining = true
    services.beginDrain()
    void held
      .close(DRAIN_MS)
      .then(() => services.close())
      .then(() => process.exit(0))
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

try {
  await main()
} catch (cause) {
  console.error(cause instanceof StartFailure ? cause.message : cause)
  process.exit(cause instanceof StartFailure ? cause.exitCode : 1)
}
