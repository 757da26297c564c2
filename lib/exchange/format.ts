import type { Result } from '../kernel/result.ts'
import type { ExchangePorts } from './ports.ts'
import type { LossReport, Place, ReportWriter } from './report.ts'
import type { StoryDocument } from './story-document.ts'

/** One way in or out. One format = one file in formats/ and one line in formats.ts, which the round trip and the fuzz go over. */
export interface StoryFormat {
  readonly id: string
  /** As shown to people. */
  readonly name: string
  readonly hint: string
  /** Without the dot; the first is used for files we write. */
  readonly extensions: readonly string[]
  readonly mime: string
  /** How surely the file is of this format, 0..1, from its name and first bytes. */
  readonly detect?: (source: ImportSource) => number
  readonly read?: (source: ImportSource, ports: ExchangePorts) => Result<Imported, ImportRefusal>
  readonly write?: (request: ExportRequest, ports: ExchangePorts) => Exported
}

export interface ImportSource {
  readonly fileName: string
  readonly bytes: Uint8Array
}

export interface Imported {
  readonly document: StoryDocument
  /** Pictures by SHA-256. */
  readonly blobs: ReadonlyMap<string, Uint8Array>
  readonly report: LossReport
}

/** Why a file is not taken at all. `message` is one plain sentence for the person. */
export interface ImportRefusal {
  readonly kind: 'unknown-format' | 'damaged' | 'empty' | 'too-large' | 'too-deep' | 'unsafe-archive'
  readonly message: string
  readonly place: Place
}

export interface ExportRequest {
  readonly document: StoryDocument
  readonly blobs: ReadonlyMap<string, Uint8Array>
  /** The interpreter of lib/story as a script that defines `loomPlay`; needed by the playable page only. */
  readonly playerScript: string
  /** Scenes that play shows, of all; left out, it shows every one. Needed by the playable page only. */
  readonly playable?: ReadonlySet<string>
  /** Lettering over pictures, as SVG by panel id; needed by the playable page only. */
  readonly letters?: ReadonlyMap<string, string>
}

export interface Exported {
  readonly bytes: Uint8Array
  readonly report: LossReport
}

/** A refusal value. */
export function refusal(kind: ImportRefusal['kind'], message: string, place: Place = {}): ImportRefusal {
  return { kind, message, place }
}

/** Text of a UTF-8 file: the mark goes, line ends become `\n`, NUL goes. What was changed has its entry. */
export function decodeText(bytes: Uint8Array, report: ReportWriter): string {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
    report.changed('byte-order-mark', 'A byte-order mark at the start was left out.', { line: 1 })
  const raw = new TextDecoder('utf-8').decode(bytes)
  if (raw.includes('\uFFFD')) report.warn('encoding', 'Some bytes are not UTF-8; they are shown as replacement signs.')
  const text = raw.replace(/\r\n?/g, '\n')
  const bare = text.replaceAll('\0', '')
  if (bare !== text) {
    const line = text.slice(0, text.indexOf('\0')).split('\n').length
    report.dropped('nul', `NUL signs were left out (${text.length - bare.length}); the first stands here.`, { line })
  }
  return bare
}

/** First bytes of files that are no text, whatever they are named. */
const BINARY_HEADS = ['\x89PNG', 'GIF8', '\xff\xd8\xff', 'RIFF', '%PDF', 'PK\x03\x04', '\x1f\x8b', '\x7fELF', 'MZ\x90', '7z\xbc\xaf', 'Rar!', '\xd0\xcf\x11\xe0', 'BZh', '\xfd7zXZ', '\xff\xfe', '\xfe\xff'] // prettier-ignore

/** Whether bytes are a picture, a program, an archive or another encoding than UTF-8: no text to read as a story. */
export function isBinary(bytes: Uint8Array): boolean {
  const head = String.fromCharCode(...bytes.subarray(0, 8))
  if (BINARY_HEADS.some((sign) => head.startsWith(sign))) return true
  const sample = bytes.subarray(0, 4096)
  const control = sample.filter((byte) => byte < 9 || (byte > 13 && byte < 32)).length
  return control > sample.length / 10
}

/** A file name without folders and extension, as a title. */
export function titleFromFile(fileName: string): string {
  const base = fileName.split(/[/\\]/).at(-1) ?? ''
  const title = base
    .replace(/\.[^.]{1,12}$/, '')
    .replace(/[_-]+/g, ' ')
    .trim()
  return title === '' ? 'Imported story' : title.slice(0, 200)
}
