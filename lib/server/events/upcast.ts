/**
 * Old events are brought to the present schema when they are read; the log itself is never rewritten.
 * One entry per event type that ever changed: `UPCASTERS[type][n]` turns schema version n into n + 1.
 */
type Upcaster = (payload: Record<string, unknown>) => Record<string, unknown>

const UPCASTERS: Readonly<Record<string, readonly Upcaster[]>> = {}

/** The schema version new events of the type are written with, from 1. */
export function schemaVersionOf(type: string, table = UPCASTERS): number {
  return (table[type]?.length ?? 0) + 1
}

/** The payload in its present form. Throws RangeError for a version newer than the program. */
export function upcast(type: string, schemaVersion: number, payload: Record<string, unknown>, table = UPCASTERS) {
  const upcasters = table[type]
  // Nearly every event is of the only schema its type ever had; replay passes here for each.
  if (!upcasters && schemaVersion === 1) return payload
  if (schemaVersion > schemaVersionOf(type, table))
    throw new RangeError(`${type} has schema ${schemaVersion}, newer than this program`)
  return (upcasters ?? []).slice(schemaVersion - 1).reduce((present, up) => up(present), payload)
}
