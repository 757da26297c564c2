import type { CommandEnvelope, Outcome, Refusal } from '#lib/kernel/envelope.ts'
import type { CommandId } from '#lib/kernel/ids.ts'
import { sameJson } from '#lib/kernel/records.ts'
import type { StoryCommand } from '#lib/stream/stream.ts'

/** A command of this page without a durable answer. */
export interface Pending {
  readonly commandId: CommandId
  command: StoryCommand
  readonly expect: { version: number } | undefined
  /** Set once the outbox has numbered it. */
  envelope: CommandEnvelope | null
  /** Not in the outbox yet as it stands here. */
  storing: boolean
  /** Went out once, from here or perhaps from a page before this one. */
  sent: boolean
  /** Version its events end at, once acknowledged. */
  ackedTo: number | null
}

export function newPending(commandId: CommandId, command: StoryCommand, expect: Pending['expect']): Pending {
  return { commandId, command, expect, envelope: null, storing: true, sent: false, ackedTo: null }
}

/** Why a command did not come to pass, where it did not. */
export function refusalOf(outcome: Outcome): Refusal | null {
  if (outcome.status === 'refused') return outcome.refusal
  return outcome.status === 'conflict' ? { kind: 'conflict', data: { version: outcome.version } } : null
}

export function fromOutbox(envelope: CommandEnvelope): Pending {
  // It was parsed before it was stored.
  return {
    commandId: envelope.commandId,
    command: envelope.command as StoryCommand,
    expect: envelope.expect,
    envelope,
    storing: false,
    sent: true,
    ackedTo: null,
  }
}

/** Whether both commands write the same fields of the same records, so that the later one alone says it all. */
export function writesSameFields(before: StoryCommand, after: StoryCommand): boolean {
  const wanted = target(after)
  return wanted !== null && sameJson(target(before), wanted)
}

/** What a plain field write is about, its values left out; null for every other command. */
function target(command: StoryCommand): unknown {
  if (command.type === 'MoveScenes') return [command.type, command.moves.map((move) => move.sceneId)]
  if (!command.type.startsWith('Update') || !('fields' in command)) return null
  const { fields, ...rest } = command
  return [rest, Object.keys(fields).sort()]
}
