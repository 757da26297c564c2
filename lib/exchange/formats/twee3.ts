import { err, ok } from '../../kernel/result.ts'
import type { Result } from '../../kernel/result.ts'
import { decodeText, refusal, titleFromFile } from '../format.ts'
import type { Exported, ExportRequest, Imported, ImportRefusal, ImportSource, StoryFormat } from '../format.ts'
import { jsonDepth, LIMITS } from '../limits.ts'
import { storyFromPassages } from '../passages-in.ts'
import { passagesFromStory } from '../passages-out.ts'
import { readPosition, readSize, trimBlankLines } from '../passages.ts'
import type { CodePassage, Passage, PassageStory } from '../passages.ts'
import type { ExchangePorts } from '../ports.ts'
import { reportWriter } from '../report.ts'
import type { Place, ReportWriter } from '../report.ts'
import type { Bag } from '../story-document.ts'

/** Twee 3 (specification 3.0.2), read tolerantly and written strictly. Rules EX40-EX49 in SPEC.md. */
export const twee3: StoryFormat = {
  id: 'twee3',
  name: 'Twee 3',
  hint: 'Plain text with passages, read by Twine and its compilers',
  extensions: ['twee', 'tw', 'tw2', 'twee3'],
  mime: 'text/plain; charset=utf-8',
  detect: ({ fileName, bytes }) => {
    if (/\.(twee|tw|tw2|twee3)$/i.test(fileName)) return 0.95
    return /(^|\n)::[^\n]*\n/.test(new TextDecoder().decode(bytes.subarray(0, 65_536))) ? 0.8 : 0
  },
  read: readTwee,
  write: writeTwee,
}

function readTwee(source: ImportSource, ports: ExchangePorts): Result<Imported, ImportRefusal> {
  const report = reportWriter('twee3', 'import')
  const text = decodeText(source.bytes, report)
  if (text.trim() === '') return err(refusal('empty', 'The file holds no text.'))
  const story = parseTwee(text, report)
  if (story.passages.length === 0 && story.code.length === 0) {
    return err(
      refusal('damaged', 'No passage was found: a passage begins with "::" at the start of a line.', { line: 1 }),
    )
  }
  if (story.passages.length > LIMITS.scenes) {
    return err(refusal('too-large', `The file has ${story.passages.length} passages; ${LIMITS.scenes} are the limit.`))
  }
  const document = storyFromPassages(story, titleFromFile(source.fileName), ports, report)
  return ok({ document, blobs: new Map(), report: report.finish() })
}

interface RawPassage {
  readonly header: Header
  readonly text: string
  readonly line: number
}

/** Splits Twee into passages; exported for the round-trip tests. */
export function parseTwee(text: string, report: ReportWriter): PassageStory {
  const { preamble, passages } = splitPassages(text, report)
  if (preamble !== '')
    report.changed('preamble', 'Text before the first passage is kept as a note and written back on export.', {
      line: 1,
    })
  let title: string | null = null
  let data: Bag | null = null
  let loom: unknown
  const code: CodePassage[] = []
  const story: Passage[] = []
  for (const { header, text: body, line } of passages) {
    const where = { line, scene: header.name }
    if (header.name === 'StoryTitle') {
      if (title === null) title = body.trim().replace(/\s*\n\s*/g, ' ')
      else report.dropped('story-title', `A second StoryTitle ("${body.trim()}") was left out.`, where)
    } else if (header.name === 'StoryData') {
      if (data === null) {
        const read = readStoryData(body, report, where)
        data = read.data
        loom = read.loom
      } else report.dropped('story-data', 'A second StoryData was left out.', where)
    } else {
      const script = header.tags.includes('script')
      const sheet = header.tags.includes('stylesheet')
      if (script !== sheet) {
        const kind = script ? 'script' : 'stylesheet'
        code.push({ kind, name: header.name, tags: header.tags, metadata: header.metadata, text: body })
      } else story.push(passageOf(header, body, line))
    }
  }
  const { start, ...rest } = data ?? {}
  if (typeof rest['ifid'] !== 'string')
    report.warn('no-ifid', 'The story carries no identifier (IFID); it gets a new one on export.')
  return {
    title,
    start: typeof start === 'string' ? start : typeof start === 'number' ? String(start) : null,
    data: rest,
    loom,
    preamble,
    code,
    passages: story,
  }
}

function splitPassages(text: string, report: ReportWriter): { preamble: string; passages: RawPassage[] } {
  const lines = text.split('\n')
  const starts = lines.flatMap((line, i) => (line.startsWith('::') ? [i] : []))
  const preamble = trimBlankLines(lines.slice(0, starts[0] ?? lines.length).join('\n'))
  const passages = starts.map((at, i): RawPassage => {
    const body = lines.slice(at + 1, starts[i + 1] ?? lines.length).map((line) => line.replace(/^\\(\\*::)/, '$1'))
    const header = readHeader((lines[at] ?? '').slice(2), report, at + 1)
    return { header, text: trimBlankLines(body.join('\n')), line: at + 1 }
  })
  return { preamble, passages }
}

interface Header {
  readonly name: string
  readonly tags: readonly string[]
  readonly metadata: Bag
  readonly position: Passage['position']
  readonly size: Passage['size']
  readonly damaged: string | null
  readonly loom: unknown
}

/** Reads a header line after its `::`: name, optional [tags], optional {metadata}; spaces between are optional. */
function readHeader(raw: string, report: ReportWriter, line: number): Header {
  let at = 0
  const until = (stops: string): string => {
    let piece = ''
    while (at < raw.length && !stops.includes(raw[at] ?? '')) {
      // A backslash keeps the next character out of the grammar; it is decoded later.
      piece += raw[at] === '\\' ? raw.slice(at, at + 2) : raw[at]
      at += raw[at] === '\\' ? 2 : 1
    }
    return piece
  }
  let name = unescapeName(until('[{'))
  let tags: string[] = []
  let damaged: string | null = null
  if (raw[at] === '[') {
    at++
    const inside = until(']')
    if (raw[at] === ']') {
      at++
      tags = inside
        .split(/\s+/)
        .filter((tag) => tag !== '')
        .map(unescape)
    } else damaged = '[' + inside
    if (damaged === null) {
      const between = until('{')
      if (between.trim() !== '') damaged = between.trim()
    }
  }
  const rest = raw.slice(at).trim()
  const where: Place = { line, scene: name }
  const read = rest.startsWith('{') ? readMetadata(rest) : { metadata: {}, loom: undefined, position: null, size: null }
  if (read === null) damaged = rest
  if (damaged !== null) report.warn('header', 'Part of the header could not be read; it is kept as it was.', where)
  if (name === '') {
    report.warn('no-name', 'A passage has no name.', where)
    name = 'Untitled passage'
  }
  const { metadata, loom, position, size } = read ?? { metadata: {}, loom: undefined, position: null, size: null }
  if (metadata['position'] !== undefined || metadata['size'] !== undefined) {
    report.warn('position', 'A position or size is not written as "x,y"; it is kept as it was.', where)
  }
  // Text that stood between tags and metadata is kept inside our notes on the way out.
  const keptDamage = damaged ?? damageInNotes(loom)
  return { name, tags, metadata, position, size, damaged: keptDamage, loom }
}

function damageInNotes(loom: unknown): string | null {
  const value = typeof loom === 'object' && loom !== null && 'damaged' in loom ? loom.damaged : null
  return typeof value === 'string' ? value : null
}

function unescape(text: string): string {
  return text.replace(/\\(.)/gs, '$1')
}

/** Outer spaces go unless they are escaped. */
function unescapeName(raw: string): string {
  let to = raw.length
  while (to > 0 && (raw[to - 1] === ' ' || raw[to - 1] === '\t') && !escapedAt(raw, to - 1)) to--
  return unescape(raw.slice(0, to).replace(/^[ \t]+/, ''))
}

function escapedAt(text: string, at: number): boolean {
  let slashes = 0
  while (text[at - 1 - slashes] === '\\') slashes++
  return slashes % 2 === 1
}

function readMetadata(raw: string): Pick<Header, 'metadata' | 'loom' | 'position' | 'size'> | null {
  const value = parseObject(raw)
  if (!value) return null
  const { position, size, loom, ...metadata } = value
  const spot = readPosition(position)
  const area = readSize(size)
  return {
    metadata: {
      ...metadata,
      ...(position !== undefined && !spot ? { position } : {}),
      ...(size !== undefined && !area ? { size } : {}),
    },
    loom,
    position: spot,
    size: area,
  }
}

function parseObject(raw: string): Bag | null {
  if (jsonDepth(raw) > LIMITS.jsonDepth) return null
  try {
    const value: unknown = JSON.parse(raw)
    // JSON.parse of text gives JSON values; only the outer shape is in doubt.
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Bag) : null
  } catch {
    return null
  }
}

function passageOf(header: Header, text: string, line: number): Passage {
  const { name, tags, metadata, position, size, damaged, loom } = header
  return { name, tags, metadata, position, size, damaged, loom, text, line }
}

function readStoryData(body: string, report: ReportWriter, where: Place): { data: Bag; loom: unknown } {
  const value = parseObject(body)
  if (!value) {
    report.warn('story-data', 'StoryData is not valid JSON; its text is kept and the story goes on without it.', where)
    return { data: { damaged: body.slice(0, 100_000) }, loom: undefined }
  }
  const { loom, formatVersion, ...data } = value
  const fixed: Record<string, Bag[string]> = { ...data }
  if (formatVersion !== undefined) {
    if (fixed['format-version'] === undefined) fixed['format-version'] = formatVersion
    report.changed('story-data', '"formatVersion" is written "format-version".', where)
  }
  const zoom = fixed['zoom']
  if (typeof zoom === 'string' && Number.isFinite(Number(zoom)) && zoom.trim() !== '') {
    fixed['zoom'] = Number(zoom)
    report.changed('story-data', '"zoom" is a number.', where)
  }
  return { data: fixed, loom }
}

function writeTwee(request: ExportRequest): Exported {
  const report = reportWriter('twee3', 'export')
  const story = passagesFromStory(request.document, report)
  return { bytes: new TextEncoder().encode(formatTwee(story)), report: report.finish() }
}

/** Writes passages as Twee 3; exported for the round-trip tests. */
export function formatTwee(story: PassageStory): string {
  const data = { ...story.data, ...(story.start === null ? {} : { start: story.start }), loom: story.loom }
  const parts = [
    ...(story.preamble === '' ? [] : [story.preamble]),
    `:: StoryTitle\n${escapeBody(story.title ?? '')}`,
    `:: StoryData\n${JSON.stringify(data, null, 2)}`,
    ...story.passages.map(
      (passage) => `${headerLine(passage.name, passage.tags, passageMetadata(passage))}\n${escapeBody(passage.text)}`,
    ),
    ...story.code.map((code) => `${headerLine(code.name, code.tags, code.metadata)}\n${escapeBody(code.text)}`),
  ]
  return parts.join('\n\n') + '\n'
}

function passageMetadata(passage: Passage): Bag {
  const { position, size } = passage
  const loom = passage.damaged === null ? passage.loom : { ...(passage.loom as object), damaged: passage.damaged }
  return {
    ...(position ? { position: `${position.x},${position.y}` } : {}),
    ...(size ? { size: `${size.width},${size.height}` } : {}),
    ...passage.metadata,
    // Our notes are built from schemas whose values are JSON.
    loom: loom as Bag[string],
  }
}

function headerLine(name: string, tags: readonly string[], metadata: Bag): string {
  const named = name.replace(/[\\[\]{}]/g, '\\$&').replace(/^ | $/g, '\\ ')
  const tagged = tags.length > 0 ? ` [${tags.map((tag) => tag.replace(/[\\[\]{}]/g, '\\$&')).join(' ')}]` : ''
  return `:: ${named}${tagged}${Object.keys(metadata).length > 0 ? ` ${JSON.stringify(metadata)}` : ''}`
}

function escapeBody(text: string): string {
  return text.replace(/^\\*::/gm, '\\$&')
}
