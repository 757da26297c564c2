import { idMaker } from '#lib/kernel/ids.ts'
import { seededRandom } from '#lib/kernel/random.ts'
import { plainEdge, plainScene } from '#lib/exchange/story-document.ts'
import type { ProseBlock, StoryDocument } from '#lib/exchange/story-document.ts'
import { XSS_PAYLOADS } from '#tests/fixtures/xss-payloads.ts'

/** A red field of 8 by 6, and its SHA-256. */
export const HOSTILE_PICTURE = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAgAAAAGCAMAAADJ2y/JAAAAA1BMVEX/AAAZ4gk3AAAACXBIWXMAAAPoAAAD6AG1e1JrAAAADElEQVQImWNgIAcAAAA2AAHjaZSbAAAAAElFTkSuQmCC',
  'base64',
)
export const HOSTILE_PICTURE_HASH = 'cc7d7f5d0e77742482ccab44a64fe5c962bdfe96d908d818269c6b99bc743eb8'

/** Scenes the start leads to by a choice; the others stand beside. */
const CHOICES = 40

const paragraph = (text: string): ProseBlock => ({ type: 'paragraph', content: [{ type: 'text', text }] })

/** A link mark whose address is hostile, as a damaged file or another person's editor could bring it. */
function linked(address: string): ProseBlock {
  return {
    type: 'paragraph',
    content: [{ type: 'text', text: 'go', marks: [{ type: 'link', attrs: { href: address } }] }],
  }
}

/** A story that says every payload in every place that holds words (security.md C5). */
export function hostileStory(seed = 1): StoryDocument {
  const newId = idMaker(() => 1_700_000_000_000, seededRandom(seed))
  const branchId = newId('branch')
  const first = newId('scene')
  const one = (i: number): string => XSS_PAYLOADS[i % XSS_PAYLOADS.length] ?? ''
  const scenes = XSS_PAYLOADS.map((payload, i) =>
    plainScene({
      id: newId('scene'),
      branchId,
      title: payload,
      summary: payload,
      x: (i % 12) * 260,
      y: 200 + Math.floor(i / 12) * 160,
      tags: [payload.slice(0, 60)],
      moods: [payload.slice(0, 60)],
      metadata: { note: payload },
      prose: [paragraph(payload), linked(payload)],
    }),
  )
  const start = plainScene({
    id: first,
    branchId,
    title: one(50),
    prose: [
      ...XSS_PAYLOADS.map(paragraph),
      ...XSS_PAYLOADS.map(linked),
      { type: 'heading', attrs: { level: 1 }, content: [{ type: 'text', text: one(51) }] },
      { type: 'blockquote', content: [paragraph(one(52))] },
      { type: 'bulletList', content: [{ type: 'listItem', content: [paragraph(one(53))] }] },
      { type: 'codeBlock', content: [{ type: 'text', text: one(54) }] },
    ],
  })
  const versionId = newId('panelVersion')
  const picture = { sha256: HOSTILE_PICTURE_HASH, width: 8, height: 6, mime: 'image/png' }
  const version = {
    id: versionId,
    image: picture,
    recipe: { note: one(5) },
    drawnBy: 'rules',
    fingerprint: {},
    qc: null,
    facts: null,
    jobId: null,
    parentVersionId: null,
    reason: 'first',
  }
  const panel = {
    beat: one(3),
    source: null,
    shot: 'wide',
    angle: 'eye',
    setting: 'none',
    light: 'day',
    figures: [],
    lines: [0, 1, 2].map((n) => ({ id: `l${n}`, kind: 'caption', speakerId: null, text: one(n), source: null })),
    altText: one(4),
    weight: 2,
    turn: false,
    versions: [version],
    chosenVersionId: versionId,
    overrides: {},
    balloons: [],
  }
  return {
    story: {
      id: newId('story'),
      title: one(90),
      logline: one(91),
      language: 'en',
      direction: 'ltr',
      startSceneId: first,
      canonBranchId: branchId,
      foreign: { note: one(92) },
    },
    variables: XSS_PAYLOADS.slice(0, 12).map((payload) => ({
      id: newId('variable'),
      name: payload.slice(0, 60),
      kind: 'string',
      scope: 'story',
      default: payload.slice(0, 80),
      options: [],
      description: payload,
    })),
    branches: [
      { id: branchId, name: one(1), kind: 'timeline', parentId: null, forkSceneId: null, status: 'active', colour: 1, reason: one(2) },
    ], // prettier-ignore
    scenes: [start, ...scenes],
    edges: scenes
      .slice(0, CHOICES)
      .map((scene, i) =>
        plainEdge({ id: newId('edge'), from: first, to: scene.id, order: i, choiceText: one(i + 60), label: one(i) }),
      ),
    characters: XSS_PAYLOADS.slice(0, 30).map((payload, i) => ({
      id: newId('character'),
      name: payload,
      record: {
        aliases: [one(i + 60).slice(0, 80)],
        description: one(i + 30),
        build: payload,
        hair: payload,
        wardrobe: payload,
        colour: payload.slice(0, 40),
        marks: one(i + 90),
      },
    })),
    panels: [
      {
        id: newId('panel'),
        sceneId: first,
        order: 0,
        alt: one(4),
        image: picture,
        blobs: [HOSTILE_PICTURE_HASH],
        record: panel,
      },
    ],
    records: {},
  }
}
