import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, normalizeDoc, proseDoc, type ProseDoc, type ProseNode } from './document.ts'
import { fromMarkdown, toMarkdown } from './markdown.ts'
import { docFromText, docText, textBlocks } from './text.ts'
import { countWords } from './words.ts'

const p = (...content: ProseNode[]): ProseNode => ({ type: 'paragraph', content })
const t = (text: string, ...marks: string[]): ProseNode =>
  marks.length > 0 ? { type: 'text', text, marks: marks.map((type) => ({ type })) } : { type: 'text', text }
const doc = (...content: ProseNode[]): ProseDoc => ({ type: 'doc', content })

const anyNode: fc.Arbitrary<ProseNode> = fc.letrec<{ node: ProseNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    fc.record({
      type: fc.constant('text'),
      text: fc.string({ maxLength: 8 }),
      marks: fc.array(fc.record({ type: fc.constantFrom('bold', 'ai', 'glow', 'link') }), { maxLength: 2 }),
    }),
    fc.record({
      type: fc.constantFrom(
        'paragraph',
        'heading',
        'blockquote',
        'bulletList',
        'orderedList',
        'listItem',
        'codeBlock',
        'table',
        'hardBreak',
        'horizontalRule',
      ),
      content: fc.array(tie('node'), { maxLength: 4 }),
    }),
  ),
})).node

function letters(nodes: readonly ProseNode[]): string {
  return nodes.map((n) => (n.text ?? '') + letters(n.content ?? [])).join('')
}

describe('documents', () => {
  it('[PR1] normalising is a fixed point and always gives at least one block', () => {
    fc.assert(
      fc.property(fc.array(anyNode, { maxLength: 5 }), (content) => {
        const once = normalizeDoc({ type: 'doc', content })
        expect(once.content.length).toBeGreaterThan(0)
        expect(proseDoc.safeParse(once).success).toBe(true)
        expect(normalizeDoc(once)).toEqual(once)
      }),
    )
  })

  it('[PR2] unknown frames and marks lose nothing of the text', () => {
    const odd = doc(
      { type: 'table', content: [{ type: 'row', content: [p(t('The lamp')), t(' burned.')] }] },
      p(t('low', 'glow')),
    )
    expect(letters(normalizeDoc(odd).content)).toBe('The lamp burned.low')
    expect(JSON.stringify(normalizeDoc(odd))).not.toContain('glow')
  })

  it('[PR3] a script address loses its link', () => {
    const link = (href: string) => doc(p({ type: 'text', text: 'here', marks: [{ type: 'link', attrs: { href } }] }))
    expect(JSON.stringify(normalizeDoc(link('javascript:alert(1)')))).not.toContain('link')
    expect(JSON.stringify(normalizeDoc(link('https://example.org/a')))).toContain('https://example.org/a')
  })

  it('[PR4] the order of keys does not change the bytes', () => {
    expect(canonicalJson({ b: 1, a: [{ d: 2, c: undefined }] })).toBe(canonicalJson({ a: [{ d: 2 }], b: 1 }))
  })
})

describe('text and words', () => {
  it('[PR10] [PR11] reads blocks in order and parts them by an empty line', () => {
    const story = doc(
      { type: 'heading', attrs: { level: 1 }, content: [t('Low tide')] },
      p(),
      p(t('She waited.'), { type: 'hardBreak' }, t('Nobody came.')),
      { type: 'bulletList', content: [{ type: 'listItem', content: [p(t('rope'))] }] },
      { type: 'horizontalRule' },
    )
    expect(textBlocks(story).map((b) => b.kind)).toEqual(['heading', 'paragraph', 'item', 'rule'])
    expect(docText(story)).toBe('Low tide\n\nShe waited.\nNobody came.\n\nrope\n\n* * *')
  })

  it('[PR12] plain text comes back as it went', () => {
    expect(docText(docFromText('One.\nTwo.\n\nThree.'))).toBe('One.\nTwo.\n\nThree.')
    expect(docFromText('')).toEqual(doc({ type: 'paragraph' }))
  })

  it('[PR20] counts words of spaced scripts', () => {
    expect(countWords("Don't go half-light, she said in 1999.")).toBe(7)
    expect(countWords('Она сказала: «нет».')).toBe(3)
    expect(countWords(' -- ... ! ')).toBe(0)
  })

  it('[PR21] counts words of scripts without spaces', () => {
    expect(countWords('我喜欢读书')).toBeGreaterThan(1)
    expect(countWords('ฉันรักหนังสือ')).toBeGreaterThan(1)
  })
})

describe('markdown', () => {
  const rich = doc(
    { type: 'heading', attrs: { level: 2 }, content: [t('The * quay')] },
    p(t('He '), t('never', 'italic'), t(' said '), t('yes', 'bold'), t('. 3 * 4 = #12')),
    p(t('One'), { type: 'hardBreak' }, t('Two')),
    { type: 'blockquote', content: [p(t('Said once.')), p(t('Said twice.'))] },
    {
      type: 'bulletList',
      content: [
        { type: 'listItem', content: [p(t('rope'))] },
        { type: 'listItem', content: [p(t('knife'))] },
      ],
    },
    { type: 'orderedList', attrs: { start: 3 }, content: [{ type: 'listItem', content: [p(t('third'))] }] },
    { type: 'horizontalRule' },
    { type: 'codeBlock', content: [t('a < b')] },
    p(t('1. not a list')),
  )

  it('[PR30] [PR31] what was written reads back the same', () => {
    expect(fromMarkdown(toMarkdown(rich))).toEqual(normalizeDoc(rich))
  })

  it('[PR31] plain paragraphs of any letters survive the way out and in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1, maxLength: 30 }).map((s) => s.replace(/\s+/g, ' ').trim()),
          { maxLength: 4 },
        ),
        (lines) => {
          const source = normalizeDoc(doc(...lines.filter(Boolean).map((line) => p(t(line)))))
          expect(docText(fromMarkdown(toMarkdown(source)))).toBe(docText(source))
        },
      ),
      { numRuns: 500 },
    )
  })

  it('[PR32] no input throws or hangs', () => {
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom('*', '_', '`', '[', ']', '(', ')', '>', '-', '\n', ' ', 'a', '#', '1', '.', '\\'),
          maxLength: 200,
        }),
        (s) => {
          normalizeDoc(fromMarkdown(s))
        },
      ),
    )
    // Reading that grows faster than the text would outlast the test here.
    fromMarkdown('*a'.repeat(20_000))
    fromMarkdown('> '.repeat(5_000) + 'x')
  })

  it('[PR33] a soft line feed is a space', () => {
    expect(docText(fromMarkdown('One\ntwo  \nthree'))).toBe('One two\nthree')
  })
})
