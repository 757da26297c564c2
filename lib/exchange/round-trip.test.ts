import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { anyDocument, anyProse } from '#tests/fakes/story-documents.ts'
import { FORMATS, importFile } from './formats.ts'
import { hex } from './ports.ts'
import { markdownToProse } from './prose-markdown-in.ts'
import { proseToMarkdown } from './prose-markdown-out.ts'
import { normalizeProse, plainToProse, proseToPlain } from './prose-plain.ts'
import { lossReport } from './report.ts'
import { storyDocument } from './story-document.ts'
import type { StoryDocument } from './story-document.ts'

const ports = fakeExchangePorts()
const both = FORMATS.filter((format) => format.read && format.write)

/** Edges come back grouped by scene; their order in the list means nothing. */
function sorted(document: StoryDocument): StoryDocument {
  return { ...document, edges: [...document.edges].sort((a, b) => (a.id < b.id ? -1 : 1)) }
}

describe.each(both.map((format) => [format.id, format] as const))('round trip: %s', (id, format) => {
  const write = (document: StoryDocument, blobs = new Map<string, Uint8Array>()) => {
    const out = format.write?.({ document, blobs, playerScript: '' }, ports)
    if (!out) throw new Error('cannot write')
    expect(lossReport.safeParse(out.report).success).toBe(true)
    return out.bytes
  }
  it('[EX8] any document: export, import gives it back, and a second export has the same bytes', () => {
    fc.assert(
      fc.property(anyDocument, (document) => {
        expect(storyDocument.safeParse(document).success).toBe(true)
        const first = write(document)
        const read = importFile({ fileName: `x.${format.extensions[0]}`, bytes: first }, fakeExchangePorts(5), id)
        if (!read.ok) throw new Error(read.error.message)
        expect(sorted(read.value.document)).toEqual(sorted(document))
        expect(write(read.value.document)).toEqual(write(document))
      }),
      { numRuns: 300, seed: 20261120 },
    )
  })
})

describe('prose', () => {
  it('[EX10] plain text comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string().map((raw) => raw.replace(/\r/g, '')),
        (raw) => {
          expect(proseToPlain(plainToProse(raw))).toBe(raw)
        },
      ),
    )
  })
  it('[EX11] normal form is stable', () => {
    fc.assert(
      fc.property(anyProse, (prose) => {
        expect(normalizeProse(prose)).toEqual(prose)
      }),
    )
  })
  it('[EX12] Markdown comes back for ordinary prose', () => {
    const prose = markdownToProse(
      '# A\n\nOne *em* and **strong** `code`\\\nnext ~~s~~\n\n> quote\n>\n> - x\n>   - y\n\n3. c\n4. d\n\n---\n\n```\nx\n```',
      { wiki: false },
    )
    expect(markdownToProse(proseToMarkdown(prose, { wiki: false }), { wiki: false })).toEqual(prose)
    expect(prose.map((b) => b.type)).toEqual([
      'heading',
      'paragraph',
      'blockquote',
      'orderedList',
      'horizontalRule',
      'codeBlock',
    ])
  })
  it('[EX13] what is no markup stays text', () => {
    expect(
      proseToPlain(markdownToProse('2 * 3 * 4, snake_case_name, a ** b, [not a link], <b>raw</b>', { wiki: false })),
    ).toBe('2 * 3 * 4, snake_case_name, a ** b, [not a link], <b>raw</b>')
  })
})

describe('project archive', () => {
  it('[EX80] carries pictures by hash, deterministic, and gives the same hashes', () => {
    const bytes = new Uint8Array([137, 80, 78, 71, 1, 2, 3])
    const sha256 = hex(ports.sha256(bytes))
    const [base] = fc.sample(anyDocument, { numRuns: 1, seed: 4 })
    if (!base?.scenes[0]) throw new Error('no sample')
    const image = { sha256, mime: 'image/png', width: 10, height: 20 }
    const panel = {
      id: 'pa_1' as never,
      sceneId: base.scenes[0].id,
      order: 0,
      alt: 'a',
      image,
      blobs: [sha256],
      record: {},
    }
    const document = { ...base, panels: [panel] }
    const format = FORMATS.find((f) => f.id === 'archive')
    const make = () =>
      format?.write?.({ document, blobs: new Map([[sha256, bytes]]), playerScript: '' }, ports).bytes as Uint8Array
    expect(make()).toEqual(make())
    const read = importFile({ fileName: 'a.zip', bytes: make() }, ports)
    expect(read.ok && [...read.value.blobs.keys()]).toEqual([sha256])
    expect(read.ok && read.value.document.panels).toEqual([panel])
  })
})
