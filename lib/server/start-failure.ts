/** Why a start was refused, each with its own exit code. Nothing has been touched when one of these is thrown. */
const EXIT_CODES = {
  'wrong-setting': 64,
  'data-folder-locked': 65,
  'data-folder-not-writable': 66,
  'disk-full': 67,
  'database-newer': 68,
  'port-taken': 69,
  'address-unavailable': 70,
  'database-damaged': 71,
  'route-undeclared': 72,
} as const

export type StartFailureKind = keyof typeof EXIT_CODES

/** A start that cannot go on, with a message for the person at the terminal and the exit code of its kind. */
export class StartFailure extends Error {
  readonly kind: StartFailureKind
  readonly exitCode: number
  constructor(kind: StartFailureKind, message: string) {
    super(message)
    this.name = 'StartFailure'
    this.kind = kind
    this.exitCode = EXIT_CODES[kind]
  }
}
