import { expect, it } from 'vitest'
import { storyCommand } from '#lib/stream/stream.ts'
import { writtenWords } from './refused-words.ts'

it('[UI34] finds what a person wrote in a refused change, and nothing else', () => {
  const title = storyCommand.parse({
    type: 'UpdateScene',
    sceneId: 'sc_1',
    fields: { title: 'The ferry', pinned: true },
  })
  expect(writtenWords(title)).toEqual([{ field: 'title', text: 'The ferry' }])
  const batch = storyCommand.parse({
    type: 'Batch',
    label: 'Paste',
    commands: [
      {
        type: 'CreateScene',
        sceneId: 'sc_2',
        branchId: 'br_main',
        x: 0,
        y: 0,
        fields: { title: 'Low tide', tags: ['sea', 'salt'], metadata: { place: 'The quay' } },
        link: { edgeId: 'ed_1', from: 'sc_1', type: 'choice', choiceText: 'Wait for it' },
      },
      { type: 'DeleteScenes', sceneIds: ['sc_3'] },
    ],
  })
  expect(writtenWords(batch).map(({ text }) => text)).toEqual(['Low tide', 'sea', 'salt', 'The quay', 'Wait for it'])
  expect(writtenWords(storyCommand.parse({ type: 'Undo' }))).toEqual([])
})
