import { FILE_LIMITS } from '../kernel/limits.ts'
import { err } from '../kernel/result.ts'
import type { Result } from '../kernel/result.ts'
import { isBinary, refusal } from './format.ts'
import type { Imported, ImportRefusal, ImportSource, StoryFormat } from './format.ts'
import { archive } from './formats/archive.ts'
import { markdown } from './formats/markdown.ts'
import { playHtml } from './formats/play-html.ts'
import { plainText } from './formats/plain-text.ts'
import { twee3 } from './formats/twee3.ts'
import { twineHtml } from './formats/twine-html.ts'
import { LIMITS } from './limits.ts'
import type { ExchangePorts } from './ports.ts'

/** Every format, in the order shown to people. */
export const FORMATS: readonly StoryFormat[] = [twee3, twineHtml, markdown, plainText, archive, playHtml]

/** The format of that id, or undefined. */
export function formatById(id: string): StoryFormat | undefined {
  return FORMATS.find((format) => format.id === id)
}

/** The format a file most likely is, or undefined when none knows it. */
export function detectFormat(source: ImportSource): StoryFormat | undefined {
  let best: { format: StoryFormat; sure: number } | undefined
  for (const format of FORMATS) {
    const sure = format.detect?.(source) ?? 0
    if (sure > (best?.sure ?? 0)) best = { format, sure }
  }
  return best?.format
}

/** Reads a file as a story: in the named format or the one it looks like. Refuses, never throws, on any input (EX6). */
export function importFile(
  source: ImportSource,
  ports: ExchangePorts,
  formatId?: string,
): Result<Imported, ImportRefusal> {
  if (source.bytes.length === 0) return err(refusal('empty', 'The file is empty.'))
  const packed = archive.detect?.(source) !== 0
  const most = packed ? FILE_LIMITS.zipPackedBytes : FILE_LIMITS.importBytes
  if (source.bytes.length > most) {
    return err(refusal('too-large', `The file is larger than ${most / 1024 / 1024} MB.`))
  }
  const format = formatId === undefined ? detectFormat(source) : formatById(formatId)
  if (!format?.read) {
    return err(
      refusal(
        'unknown-format',
        'This kind of file is not known. Twee, Twine HTML, Markdown, plain text and project archives can be imported.',
      ),
    )
  }
  // The name says one thing, the bytes another: better asked than guessed (F2).
  if (format !== archive && isBinary(source.bytes)) {
    return err(refusal('damaged', 'The file is not text in UTF-8, whatever its name says.'))
  }
  const named =
    formatId === undefined && archive.extensions.some((end) => source.fileName.toLowerCase().endsWith(`.${end}`))
  if (format !== archive && named) return err(refusal('damaged', 'The file is named an archive but is none.'))
  const read = format.read(source, ports)
  if (read.ok && read.value.document.edges.length > LIMITS.edges) {
    return err(
      refusal('too-large', `The story has ${read.value.document.edges.length} links; ${LIMITS.edges} are the limit.`),
    )
  }
  return read
}
