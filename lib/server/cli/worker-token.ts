import { refuseUnknownStories, workerScope } from '../jobs/worker-scope.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

/** `worker-token`: makes a key for a GPU worker, shown once; lists them, or revokes one. */
export const workerTokenCommand: CliCommand = {
  name: 'worker-token',
  usage: 'NAME [--kinds A,B] [--story ID,ID] | --list | --revoke ID [--json]',
  summary: 'Makes a key for a worker (workers/gpu); it is shown once and stored as a hash',
  options: ['kinds', 'story', 'revoke'],
  switches: ['list'],
  run: async ({ args, options, switches, services }) => {
    const { workers, events } = await services()
    const revoked = options.get('revoke')
    if (revoked !== undefined) {
      await workers.revoke(revoked, CLI_ACTOR.id)
      return { json: { revoked }, text: `The key ${revoked} no longer works.` }
    }
    if (switches.has('list')) {
      const keys = await workers.listTokens()
      const lines = keys.map((key) => {
        const scope = `${key.kinds.join(',')}  ${key.stories === null ? 'every story' : key.stories.join(',')}`
        return `${key.id}  ${key.revokedAt === null ? 'in use ' : 'revoked'}  ${scope}  ${key.name}`
      })
      return { json: keys, text: lines.join('\n') || 'There are no worker keys yet.' }
    }
    const [name, ...more] = args
    if (name === undefined || name.length > 80 || more.length > 0)
      throw new CliUsageError('Name the worker in one word.')
    const scope = workerScope.safeParse({
      kinds: options.get('kinds')?.split(','),
      stories: options.get('story')?.split(','),
    })
    if (!scope.success) throw new CliUsageError(scope.error.issues[0]?.message ?? 'This scope does not fit.')
    refuseUnknownStories({ events }, scope.data)
    const key = await workers.createToken(name, scope.data, CLI_ACTOR.id)
    return { json: key, text: `${key.token}\nThis is shown once. On the worker: LOOM_WORKER_TOKEN=<the line above>.` }
  },
}
