import type { CliCommand } from './command.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { keyCommand } from './key.ts'
import { ownerCommand } from './owner.ts'
import { resetPasswordCommand } from './reset-password.ts'
import { rotateSecretsCommand } from './rotate-secrets.ts'
import { sessionsCommand } from './sessions.ts'
import { storiesCommand } from './stories.ts'
import { verifyCommand } from './verify.ts'
import { workerTokenCommand } from './worker-token.ts'

/** Every command of the command line, in the order of the help. */
export const cliCommands: readonly CliCommand[] = [
  storiesCommand,
  importCommand,
  exportCommand,
  verifyCommand,
  workerTokenCommand,
  ownerCommand,
  resetPasswordCommand,
  sessionsCommand,
  keyCommand,
  rotateSecretsCommand,
]
