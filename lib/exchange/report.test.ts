import { describe, expect, it } from 'vitest'
import { fakeExchangePorts } from '#tests/fakes/exchange.ts'
import { wholeStory } from '#tests/fakes/whole-story.ts'
import { FORMATS, formatById, importFile } from './formats.ts'
import { LIMITS } from './limits.ts'
import { joinReports, lossReport, reportWriter } from './report.ts'
import type { LossKind, Place } from './report.ts'

const bytes = (text: string) => new TextEncoder().encode(text)
function written(id: string) {
  const made = formatById(id)?.write?.(
    { document: wholeStory(), blobs: new Map(), playerScript: '' },
    fakeExchangePorts(),
  )
  if (!made) throw new Error(`nothing writes ${id}`)
  return { ...made, report: lossReport.parse(made.report) }
}

/** For each format that is read, a file with something in it that needs an entry, and where that is. */
const FLAWED: Readonly<Record<string, readonly [file: Uint8Array, kind: LossKind, code: string, place: Place]>> = {
  twee3: [bytes(':: Shore\nGo [[Nowhere]]\n'), 'warnings', 'broken-link', { scene: 'Shore', line: 1 }],
  'twine-html': [
    bytes('<tw-storydata name="T"><tw-passagedata pid="1" name="Shore">Go [[Nowhere]]</tw-passagedata></tw-storydata>'),
    ...(['warnings', 'broken-link', { scene: 'Shore' }] as const),
  ],
  markdown: [bytes('# T\n\n## Shore\n\n[Go](/nowhere)\n'), 'warnings', 'broken-link', { scene: 'Shore', line: 3 }],
  'plain-text': [bytes('Rain.\n\nSa\0lt.\n'), 'dropped', 'nul', { line: 3 }],
  archive: [
    written('archive').bytes,
    'warnings',
    'blob-missing',
    { path: expect.stringMatching(/^blobs\//) as string },
  ],
}

describe('reports', () => {
  it.each(FORMATS.filter(({ read }) => read).map(({ id, extensions }) => [id, extensions[0] ?? '']))(
    '[EX1] reading %s answers what came through, and what did not with its place',
    (id, extension) => {
      const [file, kind, code, place] = FLAWED[id] ?? []
      const read = importFile({ fileName: `x.${extension}`, bytes: file ?? bytes('') }, fakeExchangePorts(), id)
      if (!read.ok || !kind) throw new Error(read.ok ? 'no sample' : read.error.message)
      const { document, report } = read.value
      expect(lossReport.parse(report)).toMatchObject({ format: id, direction: 'import' })
      expect(report.imported).toMatchObject({ scenes: document.scenes.length, edges: document.edges.length })
      expect(report[kind]).toContainEqual({ code, message: expect.any(String) as string, place })
    },
  )

  it.each([
    ['twee3', { scenes: 6, edges: 6 }, 'changed', 'logic', { scene: 'Shore' }],
    ['archive', { scenes: 6, edges: 6, branches: 3, variables: 2, characters: 2, panels: 2 }],
    ['play-html', { scenes: 4, choices: 6 }, 'dropped', 'unreached', { scene: 'Chapter' }],
  ] as const)('[EX1] writing %s does so too', (id, counts, kind?: LossKind, code?: string, place?: Place) => {
    const { report } = written(id)
    expect(report).toMatchObject({ format: id, direction: 'export', imported: counts })
    if (kind) expect(report[kind]).toContainEqual({ code, message: expect.any(String) as string, place })
  })

  it('[EX1] every format that writes is looked at', () => {
    expect(FORMATS.filter(({ write }) => write).map(({ id }) => id)).toEqual(['twee3', 'archive', 'play-html'])
  })

  const filled = (entries: number) => {
    const report = reportWriter('twee3', 'import')
    for (let i = 1; i <= entries; i++) {
      report.changed('c', `${i}`)
      report.dropped('d', `${i}`)
      report.warn('w', `${i}`)
    }
    return report.finish()
  }
  const KINDS = ['changed', 'dropped', 'warnings'] as const

  it('[EX3] lists 1,000 entries of a kind and says how many more there are', () => {
    expect(LIMITS.reportEntries).toBe(1_000)
    for (const kind of KINDS) {
      const full = filled(1_000)
      expect(full[kind].at(-1)?.message).toBe('1000')
      const list = filled(1_007)[kind]
      expect(list).toHaveLength(1_001)
      expect(list.at(-2)?.message).toBe('1000')
      expect(list.at(-1)).toMatchObject({ code: 'more', message: '7 more entries of this kind are not listed.' })
    }
  })

  it('[EX3] stays bounded where two reports of one work are joined', () => {
    for (const kind of KINDS) {
      expect(joinReports(filled(400), filled(600))[kind]).toHaveLength(1_000)
      const list = joinReports(filled(1_007), joinReports(filled(600), filled(1_005)))[kind]
      expect(list).toHaveLength(1_001)
      expect(list.filter(({ code }) => code === 'more').map(({ more }) => more)).toEqual([7 + 600 + 1_005])
    }
  })
})
