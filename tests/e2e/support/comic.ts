import { expect, type Page } from '@playwright/test'

// A small comic of its own for a test: two people on the shore, a walk through a forest, an empty panel.

const line = (id: string, text: string, speakerId: string) => ({ id, kind: 'speech', speakerId, text, source: null })
const figure = (characterId: string, side: string, facing: string) => ({
  characterId,
  action: 'stand',
  expression: 'neutral',
  side,
  facing,
  prop: '',
})
const panel = (id: string, fields: object) => ({
  id,
  beat: '',
  source: null,
  shot: 'medium',
  angle: 'eye',
  setting: 'shore',
  light: 'day',
  figures: [],
  lines: [],
  altText: '',
  weight: 3,
  turn: false,
  ...fields,
})

interface Collections {
  readonly panels: readonly { id: string; chosenVersionId: string | null }[]
  readonly panelVersions: readonly {
    readonly id: string
    readonly image: { width: number; height: number; sha256: string }
    readonly facts: { figures: { head: { x: number; y: number; w: number; h: number } }[] }
  }[]
}

/** Makes the story and, where wished, has its panels drawn. */
export async function makeComic(page: Page, url: string, title: string, drawn: boolean) {
  const headers = { origin: url }
  const made = await page.request.post(`${url}/api/stories`, { headers, data: { title } })
  const { storyId } = (await made.json()) as { storyId: string }
  const api = `${url}/api/stories/${storyId}`
  const collections = async () =>
    ((await (await page.request.get(`${api}/snapshot`)).json()) as { collections: Collections }).collections
  const { branches } = (await collections()) as unknown as { branches: { id: string }[] }
  const of = (name: string) => `${name}${storyId.slice(3)}`
  const [mara, oren, sceneId] = [of('ch_m'), of('ch_o'), of('sc_')]
  const panelIds = [of('pa_1'), of('pa_2'), of('pa_3')]
  const commands = [
    { type: 'CreateCharacter', characterId: mara, name: 'Mara', fields: { wardrobe: 'madder coat' } },
    { type: 'CreateCharacter', characterId: oren, name: 'Oren', fields: { wardrobe: 'navy jacket' } },
    { type: 'CreateScene', sceneId, branchId: branches[0]?.id, x: 0, y: 0, fields: { title: 'Low water' } },
    {
      type: 'AddPanels',
      sceneId,
      panels: [
        panel(panelIds[0] ?? '', {
          figures: [figure(mara, 'left', 'right'), figure(oren, 'right', 'left')],
          lines: [line('l1', 'The water left without you.', mara), line('l2', 'It comes back.', oren)],
          altText: 'Mara and Oren on the shore.',
        }),
        panel(panelIds[1] ?? '', { setting: 'forest', altText: 'A path through the forest.' }),
        panel(panelIds[2] ?? '', { setting: 'none', lines: [line('l3', 'Who is there?', mara)], altText: 'Nothing.' }),
      ],
    },
  ]
  for (const [index, command] of commands.entries()) {
    const data = { clientId: of('cl_'), seq: index + 1, commandId: of(`co_${index}`), storyId, command }
    expect(await (await page.request.post(`${api}/commands`, { headers, data })).json()).toMatchObject({
      status: 'committed',
    })
  }
  if (drawn) {
    const answer = await page.request.post(`${api}/panels/render`, { headers, data: { panelIds } })
    expect(answer.status()).toBe(202)
    await expect.poll(async () => (await collections()).panelVersions.length, { timeout: 90_000 }).toBe(3)
  }
  return { storyId, sceneId, collections }
}
