import { NotFoundError } from '#lib/kernel/errors.ts'
import type { Services } from '../container.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

/** `sessions`: who is signed in, from where; ends one or all of them. */
export const sessionsCommand: CliCommand = {
  name: 'sessions',
  usage: '[--user SIGN-IN-NAME] [--end ID | --end-all] [--json]',
  summary: 'Lists open sessions, of one person or of all, or ends them',
  options: ['user', 'end'],
  switches: ['end-all'],
  run: async ({ args, options, switches, services }) => {
    const one = options.get('end')
    const all = switches.has('end-all')
    if (args.length > 0) throw new CliUsageError('sessions takes options only.')
    if (one !== undefined && all) throw new CliUsageError('End one session or all of them.')
    const { app, auth } = await services()
    const people = await peopleOf(app, options.get('user')?.toLowerCase())
    const lists = await Promise.all(
      people.map(async (person) => (await auth.sessions.of(person.id)).map((row) => ({ ...row, person }))),
    )
    const open = lists.flat()
    if (one !== undefined) {
      const session = open.find((row) => row.id === one)
      if (!session) throw new NotFoundError('There is no such session.')
      await auth.sessions.end(session.person.id, one, 'command-line', CLI_ACTOR.id)
      return { json: { ended: 1 }, text: `The session ${one} of ${session.person.login} is over.` }
    }
    if (all) {
      let ended = 0
      for (const { id } of people.filter((person) => open.some((row) => row.person.id === person.id)))
        ended += await auth.sessions.endAll(id, 'command-line', undefined, CLI_ACTOR.id)
      return { json: { ended }, text: `${ended} ${ended === 1 ? 'session is' : 'sessions are'} over.` }
    }
    const sessions = open.map(({ id, person, address, userAgent, createdAt, rotatedAt }) => ({
      ...{ id, login: person.login, address, userAgent },
      createdAt: createdAt.toISOString(),
      lastUsedAt: rotatedAt.toISOString(),
    }))
    const lines = sessions.map((row) => `${row.id}  ${row.login}  ${row.address}  ${row.lastUsedAt}  ${row.userAgent}`)
    return { json: { sessions }, text: lines.join('\n') || 'Nobody is signed in.' }
  },
}

async function peopleOf(app: Services['app'], login: string | undefined) {
  const people = await app.user.findMany({
    where: login === undefined ? {} : { login },
    orderBy: { createdAt: 'asc' },
    select: { id: true, login: true },
  })
  if (login !== undefined && people.length === 0) throw new NotFoundError('There is nobody with that sign-in name.')
  return people
}
