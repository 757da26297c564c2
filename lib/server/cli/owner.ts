import { login as loginRule, personName } from '#lib/accounts/password.ts'
import { createOwnerRecovery } from '../auth/owner-recovery.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'

/** `owner`: makes the first owner, gives the owner a new password, or makes somebody else the owner (S5). */
export const ownerCommand: CliCommand = {
  name: 'owner',
  usage: '[--login SIGN-IN-NAME [--name NAME]] [--json]',
  summary: 'Makes or recovers the owner, with a new password that is shown once',
  options: ['login', 'name'],
  switches: [],
  run: async ({ args, options, services }) => {
    if (args.length > 0) throw new CliUsageError('owner takes options only.')
    const wanted = options.has('login') ? fit('login', loginRule.safeParse(options.get('login'))) : null
    const name = options.has('name') ? fit('name', personName.safeParse(options.get('name'))) : null
    const { app, audit, auth } = await services()
    const recovery = createOwnerRecovery({ app, audit, auth })
    if (!auth.ownerExists()) {
      if (wanted === null || name === null)
        throw new CliUsageError('There is no owner yet. Say --login and --name of who shall be it.')
      const made = await recovery.create({ login: wanted, name })
      return { json: { ...made, created: true }, text: `${made.login} owns this installation now.\n${shown(made)}` }
    }
    if (name !== null) throw new CliUsageError('There is an owner already; a name is only given to a new one.')
    const found = await recovery.recover(wanted, CLI_ACTOR.id)
    return { json: { ...found, created: false }, text: `${found.login} owns this installation.\n${shown(found)}` }
  },
}

function fit(option: string, answer: { readonly data?: string | undefined }): string {
  if (answer.data === undefined) throw new CliUsageError(`--${option} does not fit the rules for it.`)
  return answer.data
}

function shown({ password }: { readonly password: string }): string {
  return `New password: ${password}\nThis is shown once. Change it under Settings after signing in.`
}
