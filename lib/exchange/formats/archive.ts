import { unzipSync, zipSync } from 'fflate'
import { z } from 'zod'
import { FILE_LIMITS, nameFits } from '../../kernel/limits.ts'
import { err, ok } from '../../kernel/result.ts'
import type { Result } from '../../kernel/result.ts'
import { refusal } from '../format.ts'
import type { Exported, ExportRequest, Imported, ImportRefusal, ImportSource, StoryFormat } from '../format.ts'
import { jsonDepth, LIMITS } from '../limits.ts'
import { hex } from '../ports.ts'
import type { ExchangePorts } from '../ports.ts'
import { repairDocument } from '../repair.ts'
import { reportWriter } from '../report.ts'
import { sortKeys } from '../sort-keys.ts'
import { storyDocument } from '../story-document.ts'
import type { StoryDocument } from '../story-document.ts'

/** The project archive: a zip of the whole story as JSON and its pictures by hash. Lossless. Rules EX80-EX87 in SPEC.md. */
export const archive: StoryFormat = {
  id: 'archive',
  name: 'Project archive',
  hint: 'Everything: scenes, branches, variables, characters and pictures',
  extensions: ['loom.zip', 'zip'],
  mime: 'application/zip',
  detect: ({ bytes }) => (bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5) ? 0.99 : 0),
  read: readArchive,
  write: writeArchive,
}

const manifest = z.object({ format: z.literal('the-loom-archive'), version: z.literal(1) })
const STORY = 'story.json'
const MANIFEST = 'manifest.json'
const BLOB = /^blobs\/([0-9a-f]{64})$/

function readArchive(source: ImportSource, ports: ExchangePorts): Result<Imported, ImportRefusal> {
  const report = reportWriter('archive', 'import')
  const opened = unpack(source.bytes)
  if (!opened.ok) return opened
  const files = opened.value
  const head = readJson(files[MANIFEST], MANIFEST)
  if (!head.ok) return head
  if (!manifest.safeParse(head.value).success) {
    return err(refusal('damaged', 'The archive was not made by this program, or by a newer one.', { path: MANIFEST }))
  }
  const body = readJson(files[STORY], STORY)
  if (!body.ok) return body
  const parsed = storyDocument.safeParse(body.value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const path = `${STORY}/${(issue?.path ?? []).join('/')}`.slice(0, 300)
    return err(
      refusal(
        'damaged',
        `The story in the archive does not fit its form: ${issue?.message ?? 'unknown'}.`.slice(0, 500),
        { path },
      ),
    )
  }
  const blobs = new Map<string, Uint8Array>()
  for (const [name, bytes] of Object.entries(files)) {
    const hash = BLOB.exec(name)?.[1]
    if (hash === undefined) {
      if (name !== MANIFEST && name !== STORY)
        report.dropped('unknown-file', 'The archive holds a file this program does not know.', { path: name })
    } else if (hex(ports.sha256(bytes)) !== hash)
      report.dropped('blob-damaged', 'A picture does not match its hash and was left out.', { path: name })
    else blobs.set(hash, bytes)
  }
  const document = repairDocument(parsed.data, report)
  const needed = neededBlobs(document)
  for (const hash of needed)
    if (!blobs.has(hash))
      report.warn('blob-missing', 'A picture is missing from the archive.', { path: `blobs/${hash}` })
  for (const hash of blobs.keys()) {
    if (needed.has(hash)) continue
    report.dropped('blob-unused', 'A picture belongs to nothing in the story and was left out.', {
      path: `blobs/${hash}`,
    })
    blobs.delete(hash)
  }
  countAll(document, blobs.size, report.count)
  return ok({ document, blobs, report: report.finish() })
}

function countAll(document: StoryDocument, blobs: number, count: (noun: string, by?: number) => void): void {
  count('scenes', document.scenes.length)
  count('edges', document.edges.length)
  count('branches', document.branches.length)
  count('variables', document.variables.length)
  count('characters', document.characters.length)
  count('panels', document.panels.length)
  count('blobs', blobs)
}

/** Every picture the story names, by hash. */
export function neededBlobs(document: StoryDocument): Set<string> {
  return new Set(document.panels.flatMap((panel) => [...panel.blobs, ...(panel.image ? [panel.image.sha256] : [])]))
}

function readJson(bytes: Uint8Array | undefined, path: string): Result<unknown, ImportRefusal> {
  if (!bytes) return err(refusal('damaged', `The archive has no ${path}.`, { path }))
  const text = new TextDecoder().decode(bytes)
  if (jsonDepth(text) > LIMITS.jsonDepth)
    return err(refusal('too-deep', `${path} nests deeper than ${LIMITS.jsonDepth} levels.`, { path }))
  try {
    return ok(JSON.parse(text) as unknown)
  } catch {
    return err(refusal('damaged', `${path} is not valid JSON.`, { path }))
  }
}

/** Zip, gzip, 7z, rar, bzip2, xz by their first bytes, whatever they are named. */
function isArchive(bytes: Uint8Array | undefined): boolean {
  const head = hex((bytes ?? new Uint8Array()).subarray(0, 6))
  return ['504b0304', '504b0506', '1f8b', '377abcaf271c', '526172211a07', '425a68', 'fd377a585a00'].some((sign) =>
    head.startsWith(sign),
  )
}

/** Names that could leave the folder, or mean something to a file system. */
function unsafeName(name: string): boolean {
  return (
    name.length === 0 ||
    !nameFits(name) ||
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    /[\u0000-\u001f\u007f\\:*?"<>|~\u2024\u2025\uff0e\uff0f\uff3c]|%2e|%2f|%5c/i.test(name) ||
    name.startsWith('/') ||
    // The unpacker puts entries into a plain object, where this name is no entry.
    name === '__proto__' ||
    name.split('/').some((part) => part === '..' || part === '.' || (part.startsWith('.') && part !== ''))
  )
}

/**
 * Opens a zip within the limits of story.md 8.1. Declared sizes are checked before anything is inflated, and inflating
 * never writes more than was declared.
 */
function unpack(bytes: Uint8Array): Result<Record<string, Uint8Array>, ImportRefusal> {
  if (bytes.length > FILE_LIMITS.zipPackedBytes) return err(refusal('too-large', 'The archive is larger than 100 MB.'))
  let refused: ImportRefusal | null = null
  let total = 0
  const names = new Set<string>()
  const refuse = (kind: ImportRefusal['kind'], message: string, path: string): false => {
    refused ??= refusal(kind, message, { path: path.slice(0, 300) })
    return false
  }
  try {
    const files = unzipSync(bytes, {
      filter: (entry) => {
        if (refused) return false
        const { name } = entry
        total += entry.originalSize
        if (unsafeName(name))
          return refuse('unsafe-archive', 'The archive holds a file whose name is not allowed.', name)
        if (names.has(name)) return refuse('unsafe-archive', 'The archive holds two files of one name.', name)
        names.add(name)
        if (names.size > FILE_LIMITS.zipEntries)
          return refuse('too-large', `The archive holds more than ${FILE_LIMITS.zipEntries} files.`, name)
        if (total > FILE_LIMITS.zipUnpackedBytes)
          return refuse('too-large', 'The archive would unpack to more than 500 MB.', name)
        if (entry.originalSize > entry.size * FILE_LIMITS.zipRatio + 1024)
          return refuse('unsafe-archive', 'A file in the archive is packed implausibly small.', name)
        if (/\.(zip|gz|7z|rar|tar|bz2|xz)$/i.test(name))
          return refuse('unsafe-archive', 'The archive holds another archive.', name)
        return !name.endsWith('/')
      },
    })
    const inner = Object.keys(files).find((name) => isArchive(files[name]))
    if (inner !== undefined) refuse('unsafe-archive', 'The archive holds another archive.', inner)
    return refused ? err(refused) : ok(files)
  } catch {
    return err(refused ?? refusal('damaged', 'The archive cannot be opened; it is damaged or not a zip file.'))
  }
}

function writeArchive(request: ExportRequest): Exported {
  const report = reportWriter('archive', 'export')
  const { document, blobs } = request
  const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(sortKeys(value), null, 1) + '\n')
  const needed = [...neededBlobs(document)].sort()
  const files: Record<string, Uint8Array> = {
    [MANIFEST]: encode({ format: 'the-loom-archive', version: 1 }),
    [STORY]: encode(document),
  }
  for (const hash of needed) {
    const bytes = blobs.get(hash)
    if (bytes) files[`blobs/${hash}`] = bytes
    else
      report.warn('blob-missing', 'A picture is missing from the store and is not in the archive.', {
        path: `blobs/${hash}`,
      })
  }
  countAll(document, needed.length, report.count)
  // A fixed date and level, so that the same story gives the same bytes. The packer reads local time, hence this form.
  const packed = zipSync(files, { level: 6, mtime: new Date(1980, 0, 1) })
  return { bytes: packed, report: report.finish() }
}
