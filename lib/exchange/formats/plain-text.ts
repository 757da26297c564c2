import { err, ok } from '../../kernel/result.ts'
import type { Result } from '../../kernel/result.ts'
import { decodeText, refusal, titleFromFile } from '../format.ts'
import type { Imported, ImportRefusal, ImportSource, StoryFormat } from '../format.ts'
import { storyFromSections } from '../linear.ts'
import type { Section } from '../linear.ts'
import { LIMITS } from '../limits.ts'
import { trimBlankLines } from '../passages.ts'
import type { ExchangePorts } from '../ports.ts'
import { plainToProse } from '../prose-plain.ts'
import { clip, reportWriter } from '../report.ts'
import type { ReportWriter } from '../report.ts'

/** Plain text: chapters and scene breaks become scenes in a row. Rules EX70-EX74 in SPEC.md. */
export const plainText: StoryFormat = {
  id: 'plain-text',
  name: 'Plain text',
  hint: 'Chapters and scene breaks become scenes, one after another',
  extensions: ['txt', 'text'],
  mime: 'text/plain; charset=utf-8',
  detect: ({ fileName, bytes }) => (/\.(txt|text)$/i.test(fileName) ? 0.4 : looksLikeText(bytes) ? 0.1 : 0),
  read: readPlainText,
}

function looksLikeText(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 4096)
  let odd = 0
  for (const byte of sample) if (byte === 0 || (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13)) odd++
  return (
    sample.length > 0 &&
    odd === 0 &&
    !new TextDecoder().decode(sample.subarray(0, 4000)).slice(0, -4).includes('\uFFFD')
  )
}

const HEADING =
  /^(?:chapter|part|book|scene|act|kapitel|teil|szene|akt|chapitre|partie|capítulo|parte)\s+(?:\d{1,4}|[ivxlcdm]{1,8}|[\p{L}-]{3,20})\b.{0,80}$/iu
const ALONE = /^(?:prologue|epilogue|interlude|prolog|epilog|prologo|epilogo)\.?$/i
const BREAK = /^\s*(?:(?:\*\s*){3,}|(?:#\s*){1,}|(?:~\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,}|(?:=\s*){3,}|⁂)\s*$/

function readPlainText(source: ImportSource, ports: ExchangePorts): Result<Imported, ImportRefusal> {
  const report = reportWriter('plain-text', 'import')
  const text = decodeText(source.bytes, report)
  if (text.trim() === '') return err(refusal('empty', 'The file holds no text.'))
  const { title, sections } = split(text, titleFromFile(source.fileName), report)
  if (sections.length > LIMITS.scenes) {
    return err(refusal('too-large', `The text has ${sections.length} sections; ${LIMITS.scenes} are the limit.`))
  }
  return ok({ document: storyFromSections(title, sections, ports, report), blobs: new Map(), report: report.finish() })
}

function split(text: string, fallback: string, report: ReportWriter): { title: string; sections: Section[] } {
  const lines = text.split('\n')
  const sections: Section[] = []
  let heading: string | null = null
  let body: string[] = []
  let line = 1
  const flush = (next: number): void => {
    const words = trimBlankLines(body.join('\n'))
    if (heading !== null || words !== '') {
      for (const [i, part] of pieces(words).entries()) {
        if (i === 1) report.changed('split', 'A very long section was split into parts.', { line })
        sections.push({
          title: sectionTitle(heading, part, sections.length + 1, i),
          chapter: heading !== null && i === 0,
          prose: plainToProse(part),
          line,
        })
      }
    }
    heading = null
    body = []
    line = next
  }
  lines.forEach((raw, i) => {
    const at = raw.trim()
    const standsAlone = (lines[i - 1] ?? '').trim() === '' && (lines[i + 1] ?? '').trim() === ''
    if (BREAK.test(raw) && at !== '') {
      flush(i + 2)
      report.changed('breaks', 'A scene break became a border between scenes.', { line: i + 1 })
    } else if (at.length <= 100 && standsAlone && (HEADING.test(at) || ALONE.test(at))) {
      flush(i + 1)
      heading = at
    } else body.push(raw)
  })
  flush(lines.length)
  return { title: fallback, sections }
}

/** Parts of at most 150,000 characters, cut between paragraphs where there are any. */
function pieces(text: string): string[] {
  const max = 150_000
  const parts: string[] = []
  let from = 0
  while (text.length - from > max) {
    const window = text.slice(from, from + max)
    const gap = window.lastIndexOf('\n\n')
    const line = window.lastIndexOf('\n')
    const cut = gap > max / 2 ? gap : line > max / 2 ? line : max
    parts.push(trimBlankLines(window.slice(0, cut)))
    from += cut
  }
  return [...parts, trimBlankLines(text.slice(from))]
}

function sectionTitle(heading: string | null, text: string, number: number, part: number): string {
  if (heading !== null) return part === 0 ? heading : clip(`${heading}, part ${part + 1}`, LIMITS.titleChars)
  const words = text.trim().split(/\s+/).slice(0, 6).join(' ')
  return words === '' ? `Scene ${number}` : clip(words, 60)
}
