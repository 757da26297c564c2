import { expect, test } from 'vitest'
import { idMaker, sceneId } from '../kernel/ids.ts'
import { seededRandom } from '../kernel/random.ts'
import { breakDown } from './breakdown.ts'
import { lineOrigin, panelScript } from './script.ts'
import { CAST } from './test-cast.ts'

const prose = `The lighthouse had been dark for nine nights when Mara came down to the shore.

“You are late,” said Oren. He sat on the rocks. “The water left without you.”

“Water comes back,” Mara said.

"Not this time." Oren laughed. "Look at the stones!"

She knelt and held the lantern close. Nobody spoke.

“Who is there?” called a voice from the dark.`
const run = (text = prose, maxPanels?: number) =>
  breakDown({
    sceneId: sceneId.parse('sc_1'),
    prose: text,
    cast: CAST,
    newId: idMaker(() => 1_700_000_000_000, seededRandom(3)),
    ...(maxPanels === undefined ? {} : { maxPanels }),
  })

test('[PA1] paragraphs become panels that fit the schema', () => {
  const panels = run()
  expect(panels).toHaveLength(6)
  for (const panel of panels) expect(() => panelScript.parse(panel)).not.toThrow()
})

test('[PA1] joined beats lose no text', () => {
  const panels = run(prose, 3)
  expect(panels).toHaveLength(3)
  const covered = panels.map((panel) => panel.source?.quote ?? '').join('\n\n')
  for (const paragraph of prose.split('\n\n')) expect(covered).toContain(paragraph)
})

test('[PA2] every range quotes the prose exactly', () => {
  for (const panel of run()) {
    expect(prose.slice(panel.source?.from, panel.source?.to)).toBe(panel.source?.quote)
    for (const line of panel.lines)
      if (line.source) expect(prose.slice(line.source.from, line.source.to)).toBe(line.source.quote)
  }
})

test('[PA3] a line is verbatim until prose or words change', () => {
  const line = run()[1]?.lines[0]
  if (!line) throw new Error('no line')
  expect(lineOrigin(line, prose)).toBe('verbatim')
  expect(lineOrigin({ ...line, text: 'You are early' }, prose)).toBe('adapted')
  expect(lineOrigin(line, prose.replace('late', 'soon'))).toBe('adapted')
  expect(lineOrigin({ ...line, source: null }, prose)).toBe('written')
})

test('[PA4] speech goes to whom the tag names, the only one named, or nobody', () => {
  const spoken = run().flatMap((panel) =>
    panel.lines.filter((line) => line.kind !== 'caption').map((line) => [line.text, line.speakerId]),
  )
  expect(spoken).toEqual([
    ['You are late', 'ch_oren'],
    ['The water left without you.', 'ch_oren'],
    ['Water comes back', 'ch_mara'],
    ['Not this time.', 'ch_oren'],
    ['Look at the stones!', 'ch_oren'],
    ['Who is there?', expect.anything()],
  ])
})

test('[PA5] cues choose place, light, pose and what is held; a pronoun carries on', () => {
  const panels = run()
  expect(panels[0]).toMatchObject({ setting: 'shore', shot: 'wide' })
  expect(panels[1]?.figures[0]).toMatchObject({ characterId: 'ch_oren', action: 'sit-ground' })
  expect(panels[4]?.figures[0]).toMatchObject({ action: 'kneel', prop: 'lantern' })
  expect(panels[4]?.light).toBe('lamp')
})

test('[PA5] a beat without people shows what it names, and the scene goes on where it was', () => {
  const panels = run(
    'Mara stood at the window of the room.\n\nNobody answered but the sea.\n\nMara closed the shutters.\n\nMara thought of the sea.',
  )
  expect(panels.map((panel) => panel.setting)).toEqual(['room', 'shore', 'room', 'room'])
})

test('[PA5] a silent face stays at the distance of the talk', () => {
  const panels = run('Mara stood in the field.\n\nMara waited.\n\nMara waited longer.\n\n"Come," said Mara.')
  expect(panels.map((panel) => panel.shot)).toEqual(['wide', 'medium', 'medium', 'medium'])
})

test('[PA1] empty prose gives no panels', () => {
  expect(run('')).toEqual([])
  expect(run('\n\n* * *\n')).toEqual([])
})

test('[PA5] whoever wakes lies in the room named first and is never seen closer than the bed; a boat that knocks moves nobody', () => {
  const woke = run(
    'Oren woke because nothing crossed the ceiling.\n\nThe beam had gone over his bed for years. He lay and held his breath.\n\n"Mother?" he said to the stair.\n\n"Who else?"\n\nThe boat knocked on the stones. Oren looked at it.',
  )
  expect(woke[0]).toMatchObject({ setting: 'room', shot: 'wide', figures: [{ action: 'lie' }] })
  expect(woke[1]).toMatchObject({ setting: 'room', shot: 'medium', figures: [{ action: 'lie' }] })
  expect(woke[2]?.lines[0]).toMatchObject({ speakerId: 'ch_oren', kind: 'speech' })
  expect(woke[4]?.figures[0]?.action).toBe('stand')
})

test('[PA7] a paragraph that says more than a panel has room for is cut between its quotes, and its speaker goes on', () => {
  const said =
    'Mara stood on the stairs.\n\n"They took the lamp and the oil and the book with all the hours in it." Oren looked at the wall. "Nobody asked. Nobody wrote a line. I have counted nine nights now, and on each of them a ship went by without a light."\n\nMara sat down.'
  const panels = run(said)
  expect(panels).toHaveLength(4)
  expect(panels.slice(1, 3).map((panel) => panel.lines.map((line) => line.speakerId))).toEqual([
    ['ch_oren'],
    ['ch_oren'],
  ])
  expect(panels[1]?.source?.quote).toMatch(/at the wall\.$/)
  expect(panels[2]?.source?.quote).toMatch(/^"Nobody asked/)
  // A single speech stays whole, however long.
  expect(run(`"${'One two three four five. '.repeat(9)}" said Oren.`)).toHaveLength(1)
})
