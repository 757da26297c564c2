import type { CliCommand } from './command.ts'
import { exportCommand } from './export.ts'
import { importCommand } from './import.ts'
import { resetPasswordCommand } from './reset-password.ts'
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
  resetPasswordCommand,
]
