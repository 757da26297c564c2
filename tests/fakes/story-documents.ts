import fc from 'fast-check'
import type {
  DocumentEdge,
  DocumentScene,
  ProseBlock,
  ProseInline,
  ProseMark,
  StoryDocument,
} from '#lib/exchange/story-document.ts'
import { plainEdge, plainScene } from '#lib/exchange/story-document.ts'
import { normalizeProse } from '#lib/exchange/prose-plain.ts'

// Random story documents for property tests: nasty text on purpose.

const nasty = fc.constantFrom(
  '[[', ']]', '->', '<-', '|', '::', '\\', '*', '**', '_', '`', '~~', '#', '> ', '- ', '1. ', '{', '}', '[', ']', '<u>',
  '</script>', '&amp;', '"', "'", ' ', 'é', '日本', '\u{1F980}', '<!--', '/*', '$x', 'a', 'word', '---', '```', '%2e', '](x)',
) // prettier-ignore
const text = fc.array(fc.oneof(nasty, fc.string({ maxLength: 6 })), { maxLength: 8 }).map((parts) => parts.join(''))
const line = text.map((raw) => raw.replace(/[\r\n\0]/g, ''))
const title = fc
  .oneof(line, fc.constantFrom('Start', 'A', 'StoryData', 'B->C', 'x|y', ' edge ', ''))
  .map((raw) => raw.slice(0, 60))
const mark: fc.Arbitrary<ProseMark> = fc.oneof(
  fc.constantFrom<ProseMark>(
    { type: 'bold' },
    { type: 'italic' },
    { type: 'strike' },
    { type: 'code' },
    { type: 'underline' },
  ),
  fc.constant<ProseMark>({ type: 'link', attrs: { href: 'https://example.org/a' } }),
)
const inline: fc.Arbitrary<ProseInline> = fc.oneof(
  { weight: 4, arbitrary: line.filter((raw) => raw !== '').map((raw): ProseInline => ({ type: 'text', text: raw })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        line.filter((raw) => raw !== ''),
        fc.uniqueArray(mark, { selector: (m) => m.type, minLength: 1, maxLength: 3 }),
      )
      .map(([raw, marks]): ProseInline => ({ type: 'text', text: raw, marks })),
  },
  { weight: 1, arbitrary: fc.constant<ProseInline>({ type: 'hardBreak' }) },
)
const content = fc.array(inline, { maxLength: 4 })
const flat: fc.Arbitrary<ProseBlock> = fc.oneof(
  { weight: 5, arbitrary: content.map((c): ProseBlock => ({ type: 'paragraph', content: c })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 6 }), content)
      .map(([level, c]): ProseBlock => ({ type: 'heading', attrs: { level }, content: c })),
  },
  { weight: 1, arbitrary: fc.constant<ProseBlock>({ type: 'horizontalRule' }) },
  {
    weight: 1,
    arbitrary: text.map((raw): ProseBlock =>
      raw === '' ? { type: 'codeBlock' } : { type: 'codeBlock', content: [{ type: 'text', text: raw }] },
    ),
  },
)
const blocks = fc.array(flat, { minLength: 1, maxLength: 3 })
const items = fc.array(
  blocks.map((c) => ({ type: 'listItem' as const, content: c })),
  { minLength: 1, maxLength: 3 },
)
const block: fc.Arbitrary<ProseBlock> = fc.oneof(
  { weight: 5, arbitrary: flat },
  { weight: 1, arbitrary: blocks.map((c): ProseBlock => ({ type: 'blockquote', content: c })) },
  { weight: 1, arbitrary: items.map((c): ProseBlock => ({ type: 'bulletList', content: c })) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 0, max: 99 }), items)
      .map(([start, c]): ProseBlock => ({ type: 'orderedList', attrs: { start }, content: c })),
  },
)
export const anyProse = fc.array(block, { maxLength: 4 }).map(normalizeProse)

const id = <T extends string>(prefix: string, n: number) => `${prefix}_${n}` as T

/** A consistent document of 1-6 scenes with edges, branches, variables and panels. */
export const anyDocument: fc.Arbitrary<StoryDocument> = fc
  .record({
    title: line.map((raw) => raw.trim().slice(0, 60) || 'T'),
    logline: line,
    scenes: fc.array(
      fc.record({
        title,
        prose: anyProse,
        type: fc.constantFrom<DocumentScene['type']>('scene', 'chapter', 'ending', 'note', 'hub'),
        tags: fc.uniqueArray(fc.constantFrom('red', 'two words', 'x]y', 'script'), { maxLength: 2 }),
        x: fc.integer({ min: -5000, max: 5000 }),
        summary: line,
        draftState: fc.constantFrom<DocumentScene['draftState']>('empty', 'drafting', 'final'),
      }),
      { minLength: 1, maxLength: 6 },
    ),
    edges: fc.array(
      fc.record({
        from: fc.nat(),
        to: fc.nat(),
        type: fc.constantFrom<DocumentEdge['type']>('choice', 'choice', 'next', 'converges', 'cause'),
        choiceText: line.map((raw) => raw.slice(0, 50)),
        once: fc.boolean(),
        conditional: fc.boolean(),
        dynamic: fc.boolean(),
      }),
      { maxLength: 10 },
    ),
    start: fc.option(fc.nat()),
  })
  .map(({ title: name, logline, scenes, edges, start }): StoryDocument => {
    const sceneIds = scenes.map((_, i) => id<DocumentScene['id']>('sc', i))
    const at = (n: number) => sceneIds[n % sceneIds.length] as DocumentScene['id']
    const seen = new Set<string>()
    const made = edges.flatMap(({ from, to, type, conditional, ...fields }, i): DocumentEdge[] => {
      const key = `${at(from)}${at(to)}${type}`
      if (at(from) === at(to) && type !== 'choice') return []
      if (type !== 'choice' && seen.has(key)) return []
      seen.add(key)
      const condition = conditional ? { op: 'compare', variableId: 'va_1', by: 'ge', value: 2 } : null
      return [
        plainEdge({
          id: id('ed', i),
          from: at(from),
          to: at(to),
          type,
          order: i,
          condition,
          foreign: { n: i },
          ...fields,
        }),
      ]
    })
    return {
      story: {
        id: id('st', 1), title: name, logline, language: 'en', direction: 'ltr',
        startSceneId: start === null ? null : at(start), canonBranchId: id('br', 1), foreign: {},
      }, // prettier-ignore
      branches: [
        {
          id: id('br', 1),
          name: 'Main',
          kind: 'timeline',
          parentId: null,
          forkSceneId: null,
          status: 'active',
          colour: 1,
          reason: '',
        },
        {
          id: id('br', 2),
          name: 'Other',
          kind: 'take',
          parentId: id('br', 1),
          forkSceneId: at(0),
          status: 'active',
          colour: 3,
          reason: 'why',
        },
      ],
      variables: [
        { id: id('va', 1), name: 'coins', kind: 'int', scope: 'story', default: 1, options: [], description: '' },
      ],
      scenes: scenes.map((scene, i) =>
        plainScene({ id: at(i), branchId: id('br', (i % 2) + 1), y: i * 100, ...scene }),
      ),
      edges: made,
      characters: [{ id: id('ch', 1), name: 'Mara', record: { note: 'x' } }],
      panels: [],
      records: {},
    }
  })
