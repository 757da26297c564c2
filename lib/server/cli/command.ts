import type { Services } from '../container.ts'

/** One command of the command line: one file here and one line in registry.ts. */
export interface CliCommand {
  readonly name: string
  /** Arguments as shown in the help, e.g. `<file> [--title T]`. */
  readonly usage: string
  readonly summary: string
  /** Names of options that take a value, without dashes. */
  readonly options: readonly string[]
  /** Names of switches, without dashes; `json` is always known. */
  readonly switches: readonly string[]
  readonly run: (input: CliInput) => Promise<CliAnswer>
}

export interface CliInput {
  /** Arguments that are no options, in order. */
  readonly args: readonly string[]
  readonly options: ReadonlyMap<string, string>
  readonly switches: ReadonlySet<string>
  /** Opens the data folder (once). Throws StartFailure when the program is running on it. */
  readonly services: () => Promise<Services>
  readonly signal: AbortSignal
}

export interface CliAnswer {
  /** Printed with --json, whole. */
  readonly json: unknown
  /** Printed without. */
  readonly text: string
  readonly exitCode?: number
}

/** A wrong call of a command; the message names what is wrong. Exit code 64. */
export class CliUsageError extends Error {}

/** Who acts on the command line: the program, on behalf of whoever may start it. */
export const CLI_ACTOR = { id: 'command-line', kind: 'system' } as const
