import { LoomError } from '#lib/kernel/errors.ts'
import type { Services } from '../container.ts'
import { createServices } from '../container.ts'
import { parseEnv } from '../env.ts'
import { StartFailure } from '../start-failure.ts'
import type { CliAnswer, CliCommand } from './command.ts'
import { CliUsageError } from './command.ts'

/** What goes to the terminal: the answer on stdout, everything else on stderr. */
export interface CliOutput {
  readonly out: (text: string) => void
  readonly err: (text: string) => void
}

const USAGE_EXIT = 64

/**
 * Runs one command line and answers its exit code: 0 done, 1 refused, 64 wrong call, 65-71 as `npm start` (a data folder
 * in use is 65). With `--json` a failure is JSON too: `{"error": {code, message, detail}}`.
 */
export async function runCli(argv: readonly string[], commands: readonly CliCommand[], io: CliOutput): Promise<number> {
  const [name, ...rest] = argv
  const command = commands.find((item) => item.name === name)
  const json = argv.includes('--json')
  if (!command) {
    const asked = name === undefined || name === 'help' || name === '--help'
    ;(asked ? io.out : io.err)(`${asked ? '' : `There is no command "${name}".\n\n`}${helpText(commands)}`)
    return asked ? 0 : USAGE_EXIT
  }
  const opened: { services: Promise<Services> | null } = { services: null }
  try {
    const input = parse(command, rest)
    const answer = await command.run({
      ...input,
      services: () => (opened.services ??= createServices(parseEnv({ LOOM_LOG: 'error', ...process.env }))),
      signal: AbortSignal.timeout(600_000),
    })
    print(answer, json, io)
    return answer.exitCode ?? 0
  } catch (cause) {
    return fail(cause, command, json, io)
  } finally {
    await (await opened.services?.catch(() => null))?.close()
  }
}

function parse(command: CliCommand, argv: readonly string[]) {
  const args: string[] = []
  const options = new Map<string, string>()
  const switches = new Set<string>()
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? ''
    if (!word.startsWith('--')) {
      args.push(word)
      continue
    }
    const [key = '', inline] = word.slice(2).split(/=(.*)/s)
    if (command.switches.includes(key) || key === 'json') switches.add(key)
    else if (command.options.includes(key)) {
      const value = inline ?? argv[++i]
      if (value === undefined) throw new CliUsageError(`--${key} needs a value.`)
      options.set(key, value)
    } else throw new CliUsageError(`There is no option --${key}.`)
  }
  return { args, options, switches }
}

function print(answer: CliAnswer, json: boolean, io: CliOutput): void {
  io.out(json ? JSON.stringify(answer.json, null, 2) : answer.text)
}

function fail(cause: unknown, command: CliCommand, json: boolean, io: CliOutput): number {
  const known = describe(cause)
  if (!known) throw cause
  const { code, message, detail, exitCode } = known
  if (json) io.out(JSON.stringify({ error: { code, message, detail } }, null, 2))
  else io.err(code === 'usage' ? `${message}\nUse: npm run loom -- ${command.name} ${command.usage}` : message)
  return exitCode
}

function describe(cause: unknown): { code: string; message: string; detail: unknown; exitCode: number } | null {
  if (cause instanceof CliUsageError) return { code: 'usage', message: cause.message, detail: {}, exitCode: USAGE_EXIT }
  if (cause instanceof StartFailure) {
    const hint = cause.kind === 'data-folder-locked' ? ' Stop the app first; most of this can also be done in it.' : ''
    return { code: cause.kind, message: cause.message + hint, detail: {}, exitCode: cause.exitCode }
  }
  if (cause instanceof LoomError) return { code: cause.code, message: cause.message, detail: cause.detail, exitCode: 1 }
  return null
}

function helpText(commands: readonly CliCommand[]): string {
  const lines = commands.map((command) => `  ${`${command.name} ${command.usage}`.padEnd(64)} ${command.summary}`)
  return ['Use: npm run loom -- <command> [--json]', '', ...lines].join('\n')
}
