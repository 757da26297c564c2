import { cliCommands } from '#lib/server/cli/registry.ts'
import { runCli } from '#lib/server/cli/run.ts'

// The command line: `npm run loom -- <command>`. It works on the data folder itself, with the program stopped.

process.exitCode = await runCli(process.argv.slice(2), cliCommands, {
  out: (text) => process.stdout.write(`${text}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
})
