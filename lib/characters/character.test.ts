import { expect, test } from 'vitest'
import { decideAndFold, emptyStream, storyCommand } from '../stream/stream.ts'
import type { StreamState } from '../stream/stream.ts'

const meta = { actorId: 'us_1', at: 1000 }
const send = (state: StreamState, command: unknown) => decideAndFold(state, storyCommand.parse(command), meta)
const make = (id: string, name: string, aliases: string[] = []) => ({
  type: 'CreateCharacter',
  characterId: id,
  name,
  fields: { aliases },
})

test('[CH1][CH2] a character is made, and only differences become events', () => {
  const state = emptyStream()
  expect(send(state, make('ch_1', 'Mara')).ok).toBe(true)
  expect(state.characters.get('ch_1')).toMatchObject({ name: 'Mara', hair: '', aliases: [] })
  const changed = send(state, { type: 'UpdateCharacter', characterId: 'ch_1', fields: { name: 'Mara', hair: 'braid' } })
  expect(changed.ok && changed.value.events.map((entry) => entry.event)).toEqual([
    { type: 'CharacterChanged', id: 'ch_1', fields: { hair: 'braid' } },
  ])
})

test('[CH3] names and aliases are shared by nobody, whatever the case', () => {
  const state = emptyStream()
  send(state, make('ch_1', 'Mara', ['the keeper']))
  expect(send(state, make('ch_2', 'THE KEEPER'))).toMatchObject({ ok: false, error: { kind: 'character-name-taken' } })
  send(state, make('ch_2', 'Oren'))
  expect(send(state, { type: 'UpdateCharacter', characterId: 'ch_2', fields: { aliases: ['mara'] } })).toMatchObject({
    ok: false,
  })
})

test('[CH4] a deleted character comes back by undo', () => {
  const state = emptyStream()
  send(state, make('ch_1', 'Mara'))
  const deleted = send(state, { type: 'DeleteCharacter', characterId: 'ch_1' })
  expect(state.characters.size).toBe(0)
  if (deleted.ok) decideAndFold(state, { type: 'Undo' }, meta, deleted.value.events)
  expect(state.characters.get('ch_1')?.name).toBe('Mara')
})
