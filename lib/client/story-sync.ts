import type { CommandEnvelope, EventEnvelope, Outcome } from '#lib/kernel/envelope.ts'
import type { CommandId } from '#lib/kernel/ids.ts'
import { err, ok } from '#lib/kernel/result.ts'
import {
  COLLECTIONS,
  copyState,
  decideAndFold,
  emptyStream,
  evolveEnvelope,
  fromSnapshot,
  storyCommand,
  touchedBy,
} from '#lib/stream/stream.ts'
import type { StoryCommand, StreamEvent, StreamState } from '#lib/stream/stream.ts'
import { createOrphans } from './orphans.ts'
import { fromOutbox, newPending, refusalOf, writesSameFields } from './pending.ts'
import type { Pending } from './pending.ts'
import type { RefusedCommand, StorySync, SyncOptions, SyncSnapshot } from './story-sync-ports.ts'

const SNAPSHOT_BEHIND = 2000
const RETRY_MS = 1000
const OUTSTANDING = 32

/**
 * The browser's side of a story (collab.md 2): confirmed events, pending commands, and what is shown, which is the
 * confirmed state with the pending commands decided on top. Framework-free; the network and storage are ports.
 */
export function createStorySync(options: SyncOptions): StorySync {
  const { storyId, transport, outbox, newId } = options
  const listeners = new Set<() => void>()
  let confirmed = emptyStream()
  let pending: Pending[] = []
  let shown = emptyStream()
  let refusals: readonly RefusedCommand[] = []
  let skipped: SyncSnapshot['skipped'] = null
  let ready = false
  let buffer: EventEnvelope[] = []
  let catchingUp: Promise<void> | null = null
  let connected = false
  let stopped = false
  let outstanding = 0
  let sentThrough = 0
  let generation = 0
  let retry: (() => void) | null = null
  let numbering: Promise<void> = Promise.resolve()
  /** Counts connects, so that one that fell meanwhile goes no further. */
  let line = 0
  const orphans = createOrphans({
    outbox,
    transport,
    later: options.later,
    onChange: publish,
    onOutcome: (envelope, outcome) => {
      const { command } = fromOutbox(envelope)
      const refusal = refusalOf(outcome)
      if (refusal) void refuse({ id: envelope.commandId, command, refusal })
      if (outcome.status === 'committed' && outcome.to > confirmed.version) void catchUp()
    },
    onGap: (envelope) => enqueue({ ...fromOutbox(envelope), envelope: null, storing: true }, envelope),
  })
  let current: SyncSnapshot = { shown, pending: 0, refusals, skipped, ready }

  /** Kept until its author has read why; a resend may be refused twice. */
  function refuse(refused: RefusedCommand): Promise<void> {
    refusals = [...refusals.filter(({ id }) => id !== refused.id), refused]
    return outbox.refuse(refused)
  }

  function publish(): void {
    const own = pending.filter((item) => item.ackedTo === null).length
    current = { shown, pending: own + orphans.count(), refusals, skipped, ready }
    for (const listener of listeners) listener()
  }

  /**
   * Confirmed plus pending, decided again. A pending command that fails now is not shown any more, and still sent: the
   * server's outcome drops it and tells its author, not our guess.
   */
  function rebase(touched: ReadonlySet<string>): void {
    const next = copyState(confirmed)
    const changed = new Set(touched)
    for (const item of pending) {
      const before = item.command.type === 'Batch' ? copyState(next) : null
      const decided = decideAndFold(next, item.command, { actorId: options.actorId, at: options.clock() })
      if (decided.ok) {
        for (const { event } of decided.value.events) for (const ref of touchedBy(event)) changed.add(ref.collection)
      } else if (before) {
        restore(next, before)
      }
    }
    shown = reuseUntouched(next, shown, changed)
  }

  let lastChanged: ReadonlySet<string> = new Set()
  function refresh(touched: ReadonlySet<string>): void {
    const all = new Set([...touched, ...lastChanged])
    rebase(all)
    lastChanged = pending.length > 0 ? new Set(COLLECTIONS) : new Set()
    publish()
  }

  function foldConfirmed(events: readonly EventEnvelope[]): void {
    const touched = new Set<string>()
    const own = new Set<string>()
    for (const envelope of events) {
      if (envelope.version !== confirmed.version + 1) continue
      evolveEnvelope(confirmed, envelope)
      own.add(envelope.commandId)
      for (const ref of touchedBy(envelope.event as StreamEvent)) touched.add(ref.collection)
    }
    // Its events are its answer, also where the ack was lost.
    for (const { commandId, envelope } of pending) if (own.has(commandId) && envelope) void outbox.remove(envelope)
    // A command leaves when its last event is folded; the ack alone would make the canvas flicker.
    pending = pending.filter(
      (item) => !(own.has(item.commandId) || (item.ackedTo !== null && item.ackedTo <= confirmed.version)),
    )
    refresh(touched)
  }

  function drainBuffer(): void {
    buffer.sort((a, b) => a.version - b.version)
    const next: EventEnvelope[] = []
    let version = confirmed.version
    for (const envelope of buffer) {
      if (envelope.version === version + 1) {
        next.push(envelope)
        version++
      }
    }
    buffer = buffer.filter((envelope) => envelope.version > version)
    if (next.length > 0) foldConfirmed(next)
    if (buffer.length > 0) void catchUp()
  }

  function catchUp(): Promise<void> {
    catchingUp ??= fetchMissing()
      .catch(options.onFailure)
      .finally(() => {
        catchingUp = null
      })
    return catchingUp
  }

  async function fetchMissing(): Promise<void> {
    for (;;) {
      const { events, head } = await transport.eventsAfter(confirmed.version)
      if (stopped) return
      if (head - confirmed.version > SNAPSHOT_BEHIND) await loadSnapshot()
      else foldConfirmed(events)
      buffer = buffer.filter((envelope) => envelope.version > confirmed.version)
      if (confirmed.version >= head || (events.length === 0 && head - confirmed.version <= SNAPSHOT_BEHIND)) break
    }
    drainBuffer()
  }

  async function loadSnapshot(): Promise<void> {
    const next = fromSnapshot(await transport.snapshot())
    if (stopped || next.version < confirmed.version) return
    confirmed = next
    pending = pending.filter((item) => item.ackedTo === null || item.ackedTo > confirmed.version)
    refresh(new Set(COLLECTIONS))
  }

  function pump(): void {
    if (!connected || stopped || retry !== null) return
    for (const item of pending) {
      if (outstanding >= OUTSTANDING) return
      if (item.envelope === null || item.storing) return
      if (item.ackedTo !== null || item.envelope.seq <= sentThrough) continue
      sentThrough = item.envelope.seq
      item.sent = true
      outstanding++
      void deliver(item, item.envelope, generation)
    }
  }

  async function deliver(item: Pending, envelope: CommandEnvelope, born: number): Promise<void> {
    let outcome: Outcome | null = null
    try {
      outcome = await transport.send(envelope)
    } catch {
      // No answer: the command stays and is sent again; the server knows its number.
    }
    if (stopped || born !== generation) return
    outstanding--
    if (outcome === null) resend(RETRY_MS)
    else await settle(item, envelope, outcome)
    pump()
  }

  async function settle(item: Pending, envelope: CommandEnvelope, outcome: Outcome): Promise<void> {
    switch (outcome.status) {
      case 'gap':
        if (pending.some((other) => other.envelope?.seq === outcome.expectedSeq)) resend(0)
        else await recover(outcome.expectedSeq)
        return
      case 'unavailable':
        resend(outcome.retryAfterMs)
        return
      case 'committed':
        item.ackedTo = outcome.to
        if (outcome.skipped) skipped = outcome.skipped
        break
      case 'no-effect':
        if (outcome.skipped) skipped = outcome.skipped
        pending = pending.filter((other) => other !== item)
        break
      case 'conflict':
      case 'refused': {
        const refusal = refusalOf(outcome)
        pending = pending.filter((other) => other !== item)
        if (refusal) await refuse({ id: item.commandId, command: item.command, refusal })
        break
      }
    }
    await outbox.remove(envelope)
    if (item.ackedTo !== null && item.ackedTo <= confirmed.version) pending = pending.filter((other) => other !== item)
    else if (item.ackedTo !== null) options.later(() => noticeLate(item), RETRY_MS)
    refresh(new Set())
  }

  /** The frame with our own events may be lost; ask for them. */
  function noticeLate(item: Pending): void {
    if (!stopped && item.ackedTo !== null && item.ackedTo > confirmed.version) void catchUp()
  }

  /** Sends everything unanswered again: answers still under way are ignored, and the server knows each number. */
  function resend(waitMs: number): void {
    sentThrough = 0
    generation++
    outstanding = 0
    retry?.()
    retry = options.later(() => {
      retry = null
      pump()
    }, waitMs)
  }

  /** The server expects a number we do not hold in memory: take everything from the outbox, if need be renumbered. */
  async function recover(expectedSeq: number): Promise<void> {
    const waiting = await outbox.waiting()
    const known = waiting.some((envelope) => envelope.seq === expectedSeq)
    adopt(known ? waiting : await outbox.renumber())
    generation++
    outstanding = 0
    sentThrough = 0
    refresh(new Set())
    pump()
  }

  function adopt(envelopes: readonly CommandEnvelope[]): void {
    const numbered = new Map(envelopes.map((envelope) => [envelope.commandId, envelope]))
    for (const item of pending) {
      item.envelope = numbered.get(item.commandId) ?? item.envelope
      numbered.delete(item.commandId)
    }
    const place = (item: Pending) => item.envelope?.seq ?? Number.MAX_SAFE_INTEGER
    pending = [...pending, ...[...numbered.values()].map(fromOutbox)].sort((a, b) => place(a) - place(b))
  }

  function enqueue(item: Pending, instead?: CommandEnvelope): Promise<void> {
    pending = [...pending, item]
    numbering = numbering.then(async () => {
      try {
        item.envelope = await outbox.add(
          (clientId, seq) => ({
            clientId,
            seq,
            commandId: item.commandId,
            storyId,
            command: item.command,
            ...(item.expect ? { expect: item.expect } : {}),
          }),
          instead,
        )
        item.storing = false
        pump()
      } catch (cause) {
        options.onFailure(cause)
      }
    })
    return numbering
  }

  /** Puts a field write in the place of the newest waiting one where that wrote the same and never went out (CL6). */
  function replaceNewest(command: StoryCommand): CommandId | null {
    const newest = pending.at(-1)
    if (!newest?.envelope || newest.storing || newest.sent || newest.expect) return null
    if (!writesSameFields(newest.command, command)) return null
    newest.command = command
    newest.storing = true
    numbering = numbering.then(async () => {
      newest.envelope = (await outbox.replace(newest.commandId, command)) ?? newest.envelope
      newest.storing = false
      pump()
    })
    return newest.commandId
  }

  return {
    current: () => current,
    subscribe: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: async () => {
      const waiting = await outbox.waiting()
      pending = waiting.map(fromOutbox)
      refusals = await outbox.refused()
      await orphans.find()
      await loadSnapshot()
      ready = true
      refresh(new Set(COLLECTIONS))
      drainBuffer()
      pump()
    },
    send: (input, expect) => {
      const parsed = storyCommand.safeParse(input)
      if (!parsed.success)
        return err({ kind: 'invalid', data: { issues: parsed.error.issues.slice(0, 3).map((issue) => issue.message) } })
      const command = parsed.data
      const trial = copyState(shown)
      const isHistory = command.type === 'Undo' || command.type === 'Redo'
      if (!isHistory) {
        const decided = decideAndFold(trial, command, { actorId: options.actorId, at: options.clock() })
        if (!decided.ok) return decided
        if (decided.value.events.length === 0) return ok({ commandId: newId('command') })
        const touched = new Set(
          decided.value.events.flatMap(({ event }) => touchedBy(event).map((ref) => ref.collection)),
        )
        shown = reuseUntouched(trial, shown, touched)
        lastChanged = new Set([...lastChanged, ...touched])
      }
      skipped = null
      const replaced = expect ? null : replaceNewest(command)
      const commandId = replaced ?? newId('command')
      if (!replaced) void enqueue(newPending(commandId, command, expect))
      publish()
      return ok({ commandId })
    },
    receive: (events) => {
      if (!ready) {
        buffer.push(...events)
        return
      }
      buffer.push(...events.filter((envelope) => envelope.version > confirmed.version))
      if (catchingUp === null) drainBuffer()
    },
    head: (version) => {
      // A tab that has closed since then may have left something.
      if (connected) void orphans.send()
      if (ready && version > confirmed.version && catchingUp === null) void catchUp()
    },
    online: () => {
      const mine = ++line
      // What a closed tab left is older than what this one has.
      void orphans.send().then(() => {
        if (stopped || line !== mine) return
        connected = true
        generation++
        outstanding = 0
        sentThrough = 0
        retry?.()
        retry = null
        if (ready) void catchUp().then(pump)
      })
    },
    offline: () => {
      line++
      connected = false
    },
    dismissRefusal: (id) => {
      refusals = refusals.filter((item) => item.id !== id)
      void outbox.dismiss(id)
      publish()
    },
    stop: () => {
      stopped = true
      orphans.stop()
      retry?.()
    },
  }
}

/** Untouched collections keep their identity, so that selectors over them stay quiet. */
function reuseUntouched(next: StreamState, before: StreamState, touched: ReadonlySet<string>): StreamState {
  const kept = Object.fromEntries(COLLECTIONS.map((name) => [name, touched.has(name) ? next[name] : before[name]]))
  return { ...next, ...(kept as Partial<StreamState>) }
}

function restore(target: StreamState, from: StreamState): void {
  target.version = from.version
  for (const name of COLLECTIONS) {
    const into: Map<string, unknown> = target[name]
    into.clear()
    for (const [id, record] of from[name]) into.set(id, record)
  }
}
