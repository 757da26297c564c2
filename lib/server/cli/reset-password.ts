import type { CliCommand } from './command.ts'
import { CliUsageError } from './command.ts'

/** `reset-password`: the way back in for somebody who lost a password (S5); there is no such route. */
export const resetPasswordCommand: CliCommand = {
  name: 'reset-password',
  usage: '[SIGN-IN-NAME] [--json]',
  summary: 'Gives the owner (or the person named) a new password, shown once, and ends their sessions',
  options: [],
  switches: [],
  run: async ({ args, services }) => {
    const [login = null, ...more] = args
    if (more.length > 0) throw new CliUsageError('Name one person at most.')
    const { auth } = await services()
    const answer = await auth.resetPassword(login?.toLowerCase() ?? null)
    return {
      json: answer,
      text: `New password of ${answer.login}: ${answer.password}\nThis is shown once. Change it under Settings after signing in.`,
    }
  },
}
