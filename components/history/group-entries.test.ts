import { expect, test } from 'vitest'
import { groupEntries, type HistoryEntry } from './group-entries.ts'

const MINUTE = 60_000
const entry = (version: number, fields: Partial<HistoryEntry> = {}): HistoryEntry => ({
  version,
  at: 100 * MINUTE + version * MINUTE,
  actorName: 'The Loom',
  actorKind: 'system',
  commandId: `co_${version}`,
  types: ['PanelVersionRecorded'],
  ids: [`pa_${version}`],
  undone: false,
  ...fields,
})
const groups = (...entries: HistoryEntry[]) =>
  groupEntries(entries, (types) => types.join()).map((group) => group.map((one) => one.version))

test('consecutive equal changes of one actor are one row, in order, none lost', () => {
  expect(groups(entry(5), entry(4), entry(3))).toEqual([[5, 4, 3]])
})

test('another actor, kind of actor, change or undo parts the rows', () => {
  expect(groups(entry(5), entry(4, { actorName: 'Mara' }), entry(3))).toEqual([[5], [4], [3]])
  expect(groups(entry(5), entry(4, { actorKind: 'person' }))).toEqual([[5], [4]])
  expect(groups(entry(5), entry(4, { types: ['PanelChanged'] }))).toEqual([[5], [4]])
  expect(groups(entry(5), entry(4, { undone: true }))).toEqual([[5], [4]])
})

test('a row spans ten minutes at most', () => {
  const at = 500 * MINUTE
  expect(groups(entry(5, { at }), entry(4, { at: at - 10 * MINUTE }), entry(3, { at: at - 10 * MINUTE - 1 }))).toEqual([
    [5, 4],
    [3],
  ])
})

test('no entries give no rows', () => {
  expect(groups()).toEqual([])
})
