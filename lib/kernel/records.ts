import type { Skipped } from './envelope.ts'

/**
 * The shared manner of nouns whose truth is a keyed record: created, changed field by field, deleted.
 * A noun file names its three event types and adds its own rules; folding, inverses and undo are the same for all.
 *
 * State ownership: `evolve` may update the collections (Maps) of the state it is given; records themselves are
 * immutable and replaced. Copy the collections first (`copyState`) to keep an earlier state.
 */

/** What the envelope tells a fold: who wrote it, when (UTC ms), as which version of the story. */
export interface EventMeta {
  readonly actorId: string
  readonly at: number
  readonly version: number
}

/** Fields every record carries. `coauthored`: somebody besides its maker has written it; undo of a creation respects that. */
export interface RecordStamp {
  readonly createdAt: number
  readonly createdBy: string
  readonly changedAt: number
  readonly changedBy: string
  readonly coauthored: boolean
  readonly version: number
}

export interface RecordRef {
  readonly collection: string
  readonly id: string
}

/** What undo of one event says: the events that take it back, and what it left alone. */
export interface Reverted<Event> {
  readonly events: readonly Event[]
  readonly skipped: readonly Skipped[]
}

/** One noun as the stream sees it. A missing handler in `evolve` does not compile. */
export interface Noun<State, Event extends { type: string }> {
  readonly evolve: {
    readonly [T in Event['type']]: (state: State, event: Extract<Event, { type: T }>, meta: EventMeta) => void
  }
  /** The records an event writes, for projections. */
  readonly touches: (event: Event) => readonly RecordRef[]
  /** What undo will need, read from the state before the event is folded. JSON. */
  readonly invert: (state: State, event: Event) => unknown
  /** The events that take this one back from the present state, for the person `by`. */
  readonly revert: (state: State, event: Event, inverse: unknown, by: string) => Reverted<Event>
}

type Body<R> = Omit<R, keyof RecordStamp>
export type Created<T extends string, R> = { readonly type: T; readonly record: Body<R> }
export type Changed<T extends string, R> = {
  readonly type: T
  readonly id: string
  readonly fields: Partial<Omit<Body<R>, 'id'>>
}
export type Deleted<T extends string> = { readonly type: T; readonly id: string }

interface RecordNounOptions<State, R, C extends string, U extends string, D extends string> {
  readonly created: C
  readonly changed: U
  readonly deleted: D
  readonly collection: string
  readonly records: (state: State) => Map<string, R>
  /** Why a record may not be like this now (undo of a delete or of a change), or null: what it names may be gone. */
  readonly blocked?: (state: State, record: Body<R>) => Skipped['why'] | null
  /** Why a record may not go now (undo of a creation), or null. */
  readonly removeBlocked?: (state: State, record: R, by: string) => Skipped['why'] | null
}

/** Builds the fold, inverse and undo of a record noun from its event names and collection. */
export function recordNoun<
  State,
  R extends RecordStamp & { readonly id: string },
  C extends string,
  U extends string,
  D extends string,
>(options: RecordNounOptions<State, R, C, U, D>) {
  type Event = Created<C, R> | Changed<U, R> | Deleted<D>
  const { created, changed, deleted, collection, records } = options
  // The three literals are distinct by construction, so the type tag alone decides the variant.
  const isCreated = (event: Event): event is Created<C, R> => event.type === created
  const isChanged = (event: Event): event is Changed<U, R> => event.type === changed

  function create(state: State, event: Created<C, R>, meta: EventMeta): void {
    const stamp: RecordStamp = {
      createdAt: meta.at,
      createdBy: meta.actorId,
      changedAt: meta.at,
      changedBy: meta.actorId,
      coauthored: false,
      version: meta.version,
    }
    // Body plus stamp is the record; TypeScript cannot see that Omit and the stamp join up again.
    const record = { ...event.record, ...stamp } as unknown as R
    records(state).set(record.id, record)
  }
  function change(state: State, event: Changed<U, R>, meta: EventMeta): void {
    const before = records(state).get(event.id)
    if (!before) return
    records(state).set(event.id, changedRecord(before, event.fields as Partial<R>, meta))
  }
  function remove(state: State, event: Deleted<D>): void {
    records(state).delete(event.id)
  }

  function invert(state: State, event: Event): unknown {
    if (isCreated(event)) return null
    const before = records(state).get(event.id)
    if (!before) return null
    if (!isChanged(event)) return bodyOf(before)
    return pickFields(before, Object.keys(event.fields))
  }

  function revert(state: State, event: Event, inverse: unknown, by: string): Reverted<Event> {
    const id = isCreated(event) ? (event.record as unknown as { id: string }).id : event.id
    const present = records(state).get(id)
    const skip = (why: Skipped['why'], what = collection): Reverted<Event> => ({
      events: [],
      skipped: [{ what, id, why }],
    })
    if (isCreated(event)) {
      if (!present) return skip('gone')
      if (present.createdBy !== by || present.coauthored) return skip('changed-since')
      const blocked = options.removeBlocked?.(state, present, by) ?? null
      return blocked ? skip(blocked) : { events: [{ type: deleted, id }], skipped: [] }
    }
    if (isChanged(event)) {
      if (!present) return skip('gone')
      return revertFields(state, present, event, inverse)
    }
    if (present) return skip('exists')
    // The inverse of a delete is the body written by `invert` above.
    const body = inverse as Body<R>
    const blocked = options.blocked?.(state, body) ?? null
    return blocked ? skip(blocked) : { events: [{ type: created, record: body }], skipped: [] }
  }

  function revertFields(state: State, present: R, event: Changed<U, R>, inverse: unknown): Reverted<Event> {
    const before = inverse as Record<string, unknown>
    const wrote = event.fields as Record<string, unknown>
    const now = present as unknown as Record<string, unknown>
    const fields: Record<string, unknown> = {}
    const skipped: Skipped[] = []
    for (const key of Object.keys(wrote)) {
      if (sameJson(now[key], wrote[key])) fields[key] = before[key]
      else skipped.push({ what: `${collection}.${key}`, id: event.id, why: 'changed-since' })
    }
    const blocked = (some: object) => options.blocked?.(state, bodyOf({ ...present, ...some })) ?? null
    let back = fields
    if (blocked(fields)) {
      // Not all of it fits what stands there now: what does by itself goes back.
      back = {}
      for (const [key, value] of Object.entries(fields)) {
        const why = blocked({ ...back, [key]: value })
        if (why) skipped.push({ what: `${collection}.${key}`, id: event.id, why })
        else back[key] = value
      }
    }
    if (Object.keys(back).length === 0) return { events: [], skipped }
    return { events: [{ type: changed, id: event.id, fields: back as Changed<U, R>['fields'] }], skipped }
  }

  const touches = (event: Event): readonly RecordRef[] => [
    { collection, id: isCreated(event) ? (event.record as unknown as { id: string }).id : event.id },
  ]
  const evolve = { [created]: create, [changed]: change, [deleted]: remove } as unknown as Noun<State, Event>['evolve']
  return { evolve, touches, invert, revert } satisfies Noun<State, Event>
}

/** The record after a change of some fields by `meta.actorId`. One clone, then plain writes: replay does little else. */
export function changedRecord<R extends RecordStamp>(before: R, fields: Partial<R>, meta: EventMeta): R {
  const next: { -readonly [K in keyof R]: R[K] } = { ...before }
  for (const key in fields) next[key] = fields[key] as R[typeof key]
  const stamp: { -readonly [K in keyof RecordStamp]: RecordStamp[K] } = next
  stamp.changedAt = meta.at
  stamp.changedBy = meta.actorId
  stamp.version = meta.version
  if (meta.actorId !== before.createdBy) stamp.coauthored = true
  return next
}

function bodyOf<R extends RecordStamp>(record: R): Body<R> {
  const { createdAt: _1, createdBy: _2, changedAt: _3, changedBy: _4, coauthored: _5, version: _6, ...body } = record
  return body
}

function pickFields(record: object, keys: readonly string[]): Record<string, unknown> {
  const source = record as Record<string, unknown>
  return Object.fromEntries(keys.map((key) => [key, source[key] ?? null]))
}

/** Deep equality of JSON values; key order does not matter, absent equals null. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b || (a ?? null) === (b ?? null)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const left = a as Record<string, unknown>
  const right = b as Record<string, unknown>
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  for (const key of keys) if (!sameJson(left[key], right[key])) return false
  return true
}

/** The fields of `wanted` that differ from the record, or null when nothing would change. */
export function changedFields<R extends object, F extends Partial<R>>(record: R, wanted: F): F | null {
  const source = record as Record<string, unknown>
  const entries = Object.entries(wanted).filter(([key, value]) => value !== undefined && !sameJson(source[key], value))
  return entries.length === 0 ? null : (Object.fromEntries(entries) as F)
}
