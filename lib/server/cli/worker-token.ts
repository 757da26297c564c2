import { jobKinds } from '#lib/jobs/kinds.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

/** `worker-token`: makes a key for a GPU worker, shown once; lists them, or revokes one. */
export const workerTokenCommand: CliCommand = {
  name: 'worker-token',
  usage: 'NAME | --list | --revoke ID [--json]',
  summary: 'Makes a key for a worker (workers/gpu); it is shown once and stored as a hash',
  options: ['revoke'],
  switches: ['list'],
  run: async ({ args, options, switches, services }) => {
    const { workers } = await services()
    const revoked = options.get('revoke')
    if (revoked !== undefined) {
      await workers.revoke(revoked, CLI_ACTOR.id)
      return { json: { revoked }, text: `The key ${revoked} no longer works.` }
    }
    if (switches.has('list')) {
      const keys = await workers.listTokens()
      const lines = keys.map((key) => `${key.id}  ${key.revokedAt === null ? 'in use ' : 'revoked'}  ${key.name}`)
      return { json: keys, text: lines.join('\n') || 'There are no worker keys yet.' }
    }
    const [name, ...more] = args
    if (name === undefined || name.length > 80 || more.length > 0)
      throw new CliUsageError('Name the worker in one word.')
    const key = await workers.createToken(
      name,
      jobKinds.map((spec) => spec.kind),
      CLI_ACTOR.id,
    )
    return { json: key, text: `${key.token}\nThis is shown once. On the worker: LOOM_WORKER_TOKEN=<the line above>.` }
  },
}
