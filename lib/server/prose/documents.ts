import * as Y from 'yjs'
import { NotFoundError, UnavailableError } from '#lib/kernel/errors.ts'
import type { ProseDoc } from '#lib/prose/document.ts'
import { CLOSE } from '#lib/prose/wire.ts'
import {
  appendUpdate,
  compact,
  type DocRow,
  fingerprint,
  markRecorded,
  readDoc,
  readStored,
  saveCheckpoint,
  seedProse,
} from './log.ts'
import type { DocumentPorts } from './ports.ts'
import { updateFrame } from './frames.ts'
import { contentOf, replay } from './ydoc.ts'

/**
 * The open documents of this process: loading, the append-before-ack write path, compaction, checkpoints, unloading.
 * Rules PR40-PR52. One owner per document: nothing else writes its rows.
 */

/** Rows or bytes since the last compacted state that make a new one due (collab.md 5). */
const COMPACT_ROWS = 200
const COMPACT_BYTES = 256 * 1024
/** Short, because cards, outline and status bar count words as of the last checkpoint. */
const QUIET_MS = 10_000
const STEADY_MS = 5 * 60_000

/** Somebody connected to a document. */
export interface Member {
  readonly send: (frame: Uint8Array) => void
  readonly close: (code: number, reason: string) => void
}

export interface OpenDoc {
  readonly sceneId: string
  readonly storyId: string
  readonly epoch: number
  /** Swapped for a rebuilt one after a bad update. */
  ydoc: Y.Doc
  /** Numbers of the stored rows that do not apply. */
  aside: ReadonlySet<number>
  readonly members: Set<Member>
  /** Server edits and readers that keep it open. */
  holds: number
  lastN: number
  rowsSinceState: number
  bytesSinceState: number
  /** Applied, not yet committed, in order. */
  readonly inFlight: Set<Uint8Array>
  /** Ends when every write so far has ended, well or badly. */
  settled: Promise<void>
  readonly actors: Set<string>
  recordedHash: string | null
  recordedAt: number
  /** Ends when the checkpoint under way has ended. */
  recording: Promise<void>
  quiet: NodeJS.Timeout | null
  /** No longer takes edits: its last close or a failed commit is under way. */
  closed: boolean
}

interface Slot {
  open: OpenDoc | null
  readonly loading: Promise<OpenDoc>
  closing: Promise<void> | null
}

export type Documents = ReturnType<typeof createDocuments>

/** Builds the registry of open documents. */
export function createDocuments(ports: DocumentPorts) {
  const slots = new Map<string, Slot>()

  /**
   * Opens a document, once for everybody who asks at the same time, and keeps it open until `letGo`.
   * Throws NotFoundError when the scene has no text.
   */
  async function acquire(sceneId: string): Promise<OpenDoc> {
    for (;;) {
      const slot = slots.get(sceneId) ?? begin(sceneId)
      if (slot.closing) await slot.closing
      else {
        const found = await slot.loading
        if (!found.closed) {
          found.holds++
          return found
        }
        // It closed while we waited for the load; its slot has a `closing` now or is gone.
        await slot.closing
      }
    }
  }

  function begin(sceneId: string): Slot {
    const slot: Slot = { open: null, loading: load(sceneId), closing: null }
    slots.set(sceneId, slot)
    slot.loading.then(
      (opened) => {
        slot.open = opened
      },
      // A failed load leaves nothing behind: the next asker tries again (PR45).
      () => slots.delete(sceneId),
    )
    return slot
  }

  /** The row of a scene's document; made now for a scene that was created without a text. Throws NotFoundError. */
  async function ensure(sceneId: string): Promise<DocRow> {
    const found = readDoc(ports.writer.db, sceneId)
    if (found) return found
    const storyId = ports.storyOf(sceneId)
    if (storyId === null) throw new NotFoundError('There is no such scene.')
    const at = ports.clock()
    await ports.writer.transact((db) => seedProse(db, { storyId, sceneId, doc: null, actorId: 'system', at }))
    const made = readDoc(ports.writer.db, sceneId)
    if (!made) throw new UnavailableError('The text of this scene could not be made.')
    return made
  }

  async function load(sceneId: string): Promise<OpenDoc> {
    const row = await ensure(sceneId)
    const { ydoc, aside, lastN, rows, bytes, actors } = rebuild(row)
    return {
      sceneId,
      storyId: row.storyId,
      epoch: row.epoch,
      ydoc,
      aside,
      members: new Set(),
      holds: 0,
      lastN,
      rowsSinceState: rows,
      bytesSinceState: bytes,
      inFlight: new Set(),
      settled: Promise.resolve(),
      actors,
      recordedHash: row.hash,
      recordedAt: ports.clock(),
      recording: Promise.resolve(),
      quiet: null,
      closed: false,
    }
  }

  function rebuild(row: Pick<DocRow, 'sceneId' | 'epoch'>) {
    const stored = readStored(ports.writer.db, row.sceneId, row.epoch)
    if (!stored.state && stored.rows.length === 0)
      throw new UnavailableError('The stored text of this scene is missing.')
    const { ydoc, aside } = replay(stored, (n, cause) => {
      ports.report.error({ sceneId: row.sceneId, n, err: cause }, 'a prose row does not apply and was set aside')
    })
    return {
      ydoc,
      aside,
      lastN: stored.rows.at(-1)?.n ?? stored.upToN,
      rows: stored.rows.length,
      bytes: stored.rows.reduce((sum, entry) => sum + entry.update.byteLength, 0),
      actors: new Set(stored.rows.map((entry) => entry.actor)),
    }
  }

  /**
   * Applies an update that came from outside. Throws when it does not apply; the document is then as before (PR43).
   * Answers whether it brought anything new.
   */
  function apply(target: OpenDoc, update: Uint8Array, origin: unknown): boolean {
    let changed = false
    const note = () => {
      changed = true
    }
    const { store } = target.ydoc
    const pendingBefore = [store.pendingStructs, store.pendingDs]
    target.ydoc.on('update', note)
    try {
      Y.applyUpdate(target.ydoc, update, origin)
    } catch (cause) {
      restore(target)
      throw cause
    } finally {
      target.ydoc.off('update', note)
    }
    return changed || store.pendingStructs !== pendingBefore[0] || store.pendingDs !== pendingBefore[1]
  }

  /** Rebuilds from the committed rows and those on their way, since a half-applied update may have changed the document. */
  function restore(target: OpenDoc): void {
    const broken = target.ydoc
    const { ydoc: fresh, aside } = rebuild(target)
    for (const update of target.inFlight) Y.applyUpdate(fresh, update)
    target.ydoc = fresh
    target.aside = aside
    broken.destroy()
  }

  /**
   * Appends an applied update and, after the commit, passes it on to the other members (PR40).
   * Resolves when it is durable; rejects when the commit failed, and then the document is gone (PR44).
   */
  function persist(target: OpenDoc, update: Uint8Array, actor: string, from: Member | null): Promise<void> {
    const n = ++target.lastN
    const at = ports.clock()
    target.inFlight.add(update)
    target.actors.add(actor)
    target.rowsSinceState++
    target.bytesSinceState += update.byteLength
    const compacts = target.rowsSinceState >= COMPACT_ROWS || target.bytesSinceState >= COMPACT_BYTES
    if (compacts) resetCounters(target)
    const write = ports.writer.transact((db) => {
      appendUpdate(db, target, { n, update, actor, at })
      // The state may already hold later rows of this tick; they come again as rows, which changes nothing.
      if (compacts) compact(db, target, Y.encodeStateAsUpdate(target.ydoc), n)
    })
    const done = write.then(
      () => {
        target.inFlight.delete(update)
        const frame = updateFrame(update)
        for (const member of target.members) if (member !== from) member.send(frame)
      },
      (cause: unknown) => {
        fail(target, cause)
        throw cause
      },
    )
    const before = target.settled
    target.settled = Promise.allSettled([before, done]).then(() => undefined)
    armCheckpoint(target)
    return done
  }

  function resetCounters(target: OpenDoc): void {
    target.rowsSinceState = 0
    target.bytesSinceState = 0
  }

  function armCheckpoint(target: OpenDoc): void {
    if (ports.clock() - target.recordedAt >= STEADY_MS) {
      target.recordedAt = ports.clock()
      void checkpoint(target).catch(() => undefined)
    }
    if (target.quiet) clearTimeout(target.quiet)
    target.quiet = setTimeout(() => void checkpoint(target).catch(() => undefined), QUIET_MS)
    target.quiet.unref()
  }

  /** A commit failed: everybody out, nothing of it stays in memory. Clients come back and send again. */
  function fail(target: OpenDoc, cause: unknown): void {
    if (target.closed) return
    ports.report.error({ sceneId: target.sceneId, err: cause }, 'a prose commit failed')
    retire(target, async () => undefined)
    for (const member of target.members) member.close(CLOSE.restarting, 'The text could not be stored. Trying again.')
  }

  /** Takes a document out of service: no new edits, last writes end, `last` runs, then memory is freed (PR48). */
  function retire(target: OpenDoc, last: () => Promise<void>): void {
    target.closed = true
    if (target.quiet) clearTimeout(target.quiet)
    const slot = slots.get(target.sceneId)
    if (!slot) return
    slot.closing = (async () => {
      await target.settled
      try {
        await last()
      } catch (cause) {
        ports.report.error({ sceneId: target.sceneId, err: cause }, 'the last close of a text was not recorded')
      }
      await target.settled
      slots.delete(target.sceneId)
      target.ydoc.destroy()
    })()
  }

  /** Ends one `acquire`; the last one out writes the checkpoint and the compacted state. */
  function letGo(target: OpenDoc): void {
    target.holds--
    closeIfUnused(target)
  }

  function join(target: OpenDoc, member: Member): void {
    target.members.add(member)
  }

  function leave(target: OpenDoc, member: Member): void {
    target.members.delete(member)
    closeIfUnused(target)
  }

  function closeIfUnused(target: OpenDoc): void {
    if (target.closed || target.members.size > 0 || target.holds > 0) return
    retire(target, async () => {
      await checkpoint(target)
      // A text that only holds its seed needs no state row.
      if (target.rowsSinceState === 0 || target.lastN === 1) return
      const state = Y.encodeStateAsUpdate(target.ydoc)
      await ports.writer.transact((db) => compact(db, target, state, target.lastN))
    })
  }

  /** Records the text if it changed since the last record (PR52), one at a time. Rejects when it could not be recorded. */
  function checkpoint(target: OpenDoc): Promise<void> {
    const run = target.recording.then(() => record(target))
    target.recording = run.catch(() => undefined)
    return run
  }

  async function record(target: OpenDoc): Promise<void> {
    await target.settled
    const content = contentOf(target.ydoc)
    const print = fingerprint(content)
    if (print.hash === target.recordedHash) return
    const actors = [...target.actors]
    const { storyId, sceneId } = target
    try {
      await ports.writer.transact((db) => saveCheckpoint(db, { ...print, sceneId, content, actors, at: ports.clock() }))
      const version = await ports.onCheckpoint({ ...print, storyId, sceneId, actors, content })
      await ports.writer.transact((db) => markRecorded(db, sceneId, print, version))
    } catch (cause) {
      ports.report.warn({ sceneId, err: cause }, 'a checkpoint was not recorded; it is tried again')
      throw cause
    }
    target.recordedHash = print.hash
    target.recordedAt = ports.clock()
    target.actors.clear()
  }

  /** Runs `work` with the document open, loading it when needed. */
  async function withDoc<T>(sceneId: string, work: (target: OpenDoc) => Promise<T> | T): Promise<T> {
    const target = await acquire(sceneId)
    try {
      return await work(target)
    } finally {
      letGo(target)
    }
  }

  /** An ordinary edit by the server: resolves when it is durable. */
  function edit(sceneId: string, actor: string, change: (ydoc: Y.Doc) => void): Promise<ProseDoc> {
    return withDoc(sceneId, async (target) => {
      const writes: Promise<void>[] = []
      const keep = (update: Uint8Array) => void writes.push(persist(target, update, actor, null))
      const { ydoc } = target
      ydoc.on('update', keep)
      try {
        ydoc.transact(() => change(ydoc), 'server')
      } finally {
        ydoc.off('update', keep)
      }
      await Promise.all(writes)
      return contentOf(target.ydoc)
    })
  }

  /** Ends every document: last writes, checkpoints and states are in the log when this resolves. */
  async function closeAll(): Promise<void> {
    const opened = [...slots.values()].flatMap((slot) => (slot.open ? [slot.open] : []))
    for (const target of opened) {
      for (const member of target.members) member.close(CLOSE.restarting, 'The server is restarting.')
      target.members.clear()
      target.holds = 0
      closeIfUnused(target)
    }
    await Promise.all([...slots.values()].map((slot) => slot.closing))
  }

  return {
    ensure,
    acquire,
    letGo,
    join,
    leave,
    apply,
    persist,
    checkpoint,
    withDoc,
    edit,
    closeAll,
    /** The document if it is open and in service. */
    peek: (sceneId: string): OpenDoc | null => {
      const found = slots.get(sceneId)?.open ?? null
      return found && !found.closed ? found : null
    },
    /** How many documents are in memory (a gauge). */
    size: (): number => slots.size,
  }
}
