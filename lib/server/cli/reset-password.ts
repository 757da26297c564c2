import type { CliCommand } from './command.ts'
import { CliUsageError } from './command.ts'

/** `reset-password`: a new password for somebody who lost theirs; `owner` does the same for the owner. */
export const resetPasswordCommand: CliCommand = {
  name: 'reset-password',
  usage: 'SIGN-IN-NAME [--json]',
  summary: 'Gives somebody a new password, shown once, and ends their sessions',
  options: [],
  switches: [],
  run: async ({ args, services }) => {
    const [login, ...more] = args
    if (login === undefined || more.length > 0) throw new CliUsageError('Name one person.')
    const { auth } = await services()
    const answer = await auth.resetPassword(login.toLowerCase())
    return {
      json: answer,
      text: `New password of ${answer.login}: ${answer.password}\nThis is shown once. Change it under Settings after signing in.`,
    }
  },
}
