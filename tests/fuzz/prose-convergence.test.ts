import { expect, it } from 'vitest'
import * as Y from 'yjs'
import { canonicalJson } from '#lib/prose/document.ts'
import { PROSE_FIELD } from '#lib/prose/wire.ts'
import { pick, randomInt, seededRandom } from '#lib/kernel/random.ts'
import { contentOf } from '#lib/server/prose/ydoc.ts'
import { tempEvents } from '#tests/support/events.ts'
import { rawClient, type RawClient, typeInto, until } from '#tests/support/prose-client.ts'
import { type ProseRig, startProse } from '#tests/support/prose-server.ts'

/** C3: several people write, lose connections and come back while the server restarts; all texts end equal. */
const SEEDS = Number(process.env['LOOM_FUZZ_SEEDS'] ?? 20)
const PEOPLE = 4
const OPERATIONS = 120
const SCENE = 'sc_fuzz'

type Random = () => number

/** One random edit of a document, as an editor could make it. */
function edit(random: Random, ydoc: Y.Doc, mark: string): string {
  const fragment = ydoc.getXmlFragment(PROSE_FIELD)
  const index = randomInt(random, 0, Math.max(0, fragment.length - 1))
  const kind = pick(random, ['type', 'type', 'type', 'delete', 'split', 'remove', 'format'] as const)
  const element = fragment.get(index)
  const text = element instanceof Y.XmlElement ? element.get(0) : undefined
  if (kind === 'split' || fragment.length === 0) {
    fragment.insert(index, [new Y.XmlElement(pick(random, ['paragraph', 'heading']))])
  } else if (kind === 'remove' && fragment.length > 3) fragment.delete(index, 1)
  else if (kind === 'delete' && text instanceof Y.XmlText && text.length > 2)
    text.delete(randomInt(random, 0, text.length - 2), 1)
  else if (kind === 'format' && text instanceof Y.XmlText && text.length > 2) text.format(0, 2, { bold: {} })
  else typeInto(ydoc, mark, index)
  return `${mark} ${kind} ${index}`
}

async function run(seed: number): Promise<void> {
  const random = seededRandom(seed)
  const log: string[] = []
  const store = tempEvents()
  let rig: ProseRig = await startProse(store.path)
  await rig.seed(SCENE, 'One.\n\nTwo.')
  const docs = Array.from({ length: PEOPLE }, () => new Y.Doc())
  const links: (RawClient | null)[] = docs.map(() => null)
  const connect = async (i: number) => {
    links[i]?.stop()
    links[i] = rawClient({ port: rig.port, sceneId: SCENE, ticket: `us_${i}`, ydoc: docs[i] as Y.Doc })
    await links[i]?.synced
  }
  try {
    for (let i = 0; i < PEOPLE; i++) await connect(i)
    for (let step = 0; step < OPERATIONS; step++) {
      const who = randomInt(random, 0, PEOPLE - 1)
      const roll = random()
      if (roll < 0.04) {
        log.push(`${step} drop ${who}`)
        links[who]?.stop()
        links[who] = null
      } else if (roll < 0.09) {
        log.push(`${step} join ${who}`)
        await connect(who)
      } else if (roll < 0.1) {
        log.push(`${step} restart`)
        for (const link of links) link?.stop()
        links.fill(null)
        await rig.stop()
        rig = await startProse(store.path)
      } else if (roll < 0.13) {
        log.push(`${step} server edit`)
        await rig.prose.appendText(SCENE, { text: `Server ${step}.`, actor: 'ag' })
      } else log.push(`${step} ${edit(random, docs[who] as Y.Doc, ` ${who}x${step}`)}`)
    }
    for (let i = 0; i < PEOPLE; i++) await connect(i)
    await Promise.all(links.map((link) => link?.allDurable()))
    const server = () => canonicalJson(rig.prose.content(SCENE))
    await until(() => docs.every((doc) => canonicalJson(contentOf(doc)) === server()), 'equal texts')
    // What the rows say equals what was in memory.
    const shown = server()
    for (const link of links) link?.stop()
    await until(() => rig.prose.openDocuments() === 0, 'closed')
    expect(server()).toBe(shown)
    expect(rig.reports).toEqual([])
  } catch (cause) {
    throw new Error(`seed ${seed} failed\n${log.join('\n')}`, { cause })
  } finally {
    for (const link of links) link?.stop()
    await rig.stop()
    store.remove()
  }
}

it(`[PR56] ${SEEDS} seeded runs of ${PEOPLE} people and ${OPERATIONS} operations end in equal texts`, async () => {
  for (let seed = 1; seed <= SEEDS; seed++) await run(seed)
}, 120_000)
