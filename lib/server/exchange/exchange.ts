import { z } from 'zod'
import { formatById } from '#lib/exchange/formats.ts'
import type { Imported, ImportRefusal } from '#lib/exchange/format.ts'
import { joinReports, lossReport, reportWriter } from '#lib/exchange/report.ts'
import type { LossReport } from '#lib/exchange/report.ts'
import type { StoryDocument } from '#lib/exchange/story-document.ts'
import type { Actor } from '#lib/kernel/envelope.ts'
import { InvalidInputError, NotFoundError, TooLargeError, UnavailableError } from '#lib/kernel/errors.ts'
import { playableScenes } from '#lib/story/queries.ts'
import { storyOf } from '#lib/story/state.ts'
import type { Services } from '../container.ts'
import type { ImageRow } from '../blobs/images.ts'
import { commandsFromDocument } from './commands-from-document.ts'
import { fileStem } from '../file-name.ts'
import { documentFromState, IMPORT_KEY } from './document-from-state.ts'
import { orderedIds } from './ordered-ids.ts'
import { panelLetters } from './panel-letters.ts'
import { withStoredPictures } from './redrawn-pictures.ts'
import { remapIds } from './remap-ids.ts'
import { readInThread, stopped, writeInThread } from './threads.ts'
import type { ReadFile } from './threads.ts'

/** Stories in and out of files. An import is one command: whole or not at all. Rules EX100-EX106 in lib/exchange/SPEC.md. */

export type ExchangeParts = Pick<
  Services,
  'events' | 'stories' | 'members' | 'prose' | 'images' | 'blobs' | 'app' | 'clock' | 'audit'
>

export interface ImportRequest {
  readonly fileName: string
  readonly bytes: Uint8Array
  /** A format's id, or undefined to let the file say. */
  readonly format: string | undefined
  /** Replaces the title of the file. */
  readonly title: string | undefined
}

/** Where a story came from, kept with it. */
const origin = z.object({ report: z.string(), fileName: z.string(), format: z.string(), at: z.number() })
export type ImportOrigin = z.infer<typeof origin>

const REPORT_BYTES = 4 * 1024 * 1024

/** Reads a file without storing anything. Throws InvalidInputError or TooLargeError with the reason. */
export async function readFile(request: ImportRequest, signal: AbortSignal): Promise<ReadFile> {
  const read = await readInThread(request, request.format, signal)
  if (!read.ok) throw refused(read.error)
  const { title } = request
  if (title === undefined || title.trim() === '') return read.value
  const { document } = read.value
  return { ...read.value, document: { ...document, story: { ...document.story, title: title.trim().slice(0, 200) } } }
}

function refused({ kind, message, place }: ImportRefusal): InvalidInputError | TooLargeError {
  return kind === 'too-large'
    ? new TooLargeError(message, { kind, place })
    : new InvalidInputError(message, { kind, place })
}

/**
 * Stores a read file as a new story (EX100-EX103). Ids of the file are kept where this house does not know them yet, else
 * the whole story gets new ones. Throws InvalidInputError when the graph refuses it, OverQuotaError without room for it, UnavailableError when `signal` falls
 * before the audit log says that it was imported (EX108); nothing is stored then.
 */
export async function storeImport(
  parts: ExchangeParts,
  request: ImportRequest,
  read: Imported,
  actor: Actor,
  signal: AbortSignal,
): Promise<{ storyId: string; report: LossReport }> {
  const report = reportWriter(read.report.format, 'import')
  const known = knowsIds(parts, read.document)
  if (known) report.changed('new-ids', 'This story is here already; the import is a second story with ids of its own.')
  const document = known ? remapIds(read.document, orderedIds(parts.clock())) : read.document
  const storyId = document.story.id
  const stored = new Map<string, ImageRow>()
  try {
    for (const [hash, bytes] of read.blobs) {
      if (signal.aborted) throw stopped()
      try {
        const owner = actor.kind === 'human' ? actor.id : undefined
        const row = await parts.images.add({ storyId, bytes, source: 'import', recipe: null, owner })
        stored.set(hash, row)
        if (row.sha256 !== hash)
          report.changed('picture', 'A picture was drawn anew without what it carried beside its pixels (F2).', {
            path: `blobs/${hash}`,
          })
      } catch (cause) {
        if (!(cause instanceof InvalidInputError) && !(cause instanceof TooLargeError)) throw cause
        report.dropped('picture', `A picture cannot be used: ${cause.message}`, { path: `blobs/${hash}` })
      }
    }
    const pictures = new Set([...stored.values()].map((row) => row.sha256))
    const draft = commandsFromDocument(withStoredPictures(document, stored), pictures, report)
    if (!draft.ok) throw refused(draft.error)
    const whole = joinReports(read.report, report.finish())
    const reportHash = await parts.blobs.put(new TextEncoder().encode(JSON.stringify(whole)), {
      maxBytes: REPORT_BYTES,
    })
    const from: ImportOrigin = {
      report: reportHash,
      fileName: shownFileName(request.fileName),
      format: whole.format,
      at: parts.clock(),
    }
    const commands = draft.value.commands.map((command) =>
      command.type === 'CreateStory' ? { ...command, foreign: { ...command.foreign, [IMPORT_KEY]: from } } : command,
    )
    const by: Actor = draft.value.system ? { id: actor.id, kind: 'system' } : actor
    const facts = { format: whole.format }
    // The last moment: what the log says was imported is stored.
    if (signal.aborted) throw stopped()
    await parts.audit.record({ action: 'story-imported', actor: actor.id, subject: storyId, facts })
    await parts.members.owning(storyId, actor, async () => {
      const outcome = await parts.stories.act(storyId, { type: 'Batch', label: 'Import', commands }, by)
      if (outcome.status === 'unavailable')
        throw new UnavailableError('The story could not be stored. Nothing was changed.')
      if (outcome.status !== 'committed') {
        const kind = outcome.status === 'refused' ? outcome.refusal.kind : outcome.status
        throw new InvalidInputError(`The story was refused (${kind}); nothing was stored.`, { kind })
      }
    })
    return { storyId, report: whole }
  } catch (cause) {
    if (stored.size > 0) await parts.app.image.deleteMany({ where: { storyId } })
    throw cause
  }
}

/** A file's own name without folders and without signs that hide or turn what follows. It is shown, never opened. */
function shownFileName(name: string): string {
  const base = name.split(/[/\\]/).at(-1) ?? ''
  const plain = base.replace(/\p{C}/gu, '').trim()
  return plain === '' || /^\.+$/.test(plain) ? 'file' : plain.slice(0, 255)
}

function knowsIds({ events }: ExchangeParts, document: StoryDocument): boolean {
  if (events.state(document.story.id)) return true
  const scene = events.db.prepare<[string], { id: string }>('SELECT id FROM scenes WHERE id = ? LIMIT 1')
  return document.scenes.some((item) => scene.get(item.id) !== undefined)
}

export interface StoryFile {
  readonly fileName: string
  readonly mime: string
  readonly bytes: Uint8Array
  readonly report: LossReport
}

/** Writes a story as a file. Throws NotFoundError for an unknown story, InvalidInputError for a format nothing writes. */
export async function exportStory(
  parts: ExchangeParts,
  storyId: string,
  formatId: string,
  signal: AbortSignal,
): Promise<StoryFile> {
  const format = formatById(formatId)
  if (!format?.write) throw new InvalidInputError(`Nothing writes the format "${formatId.slice(0, 40)}".`)
  const state = parts.events.state(storyId)
  const story = state && storyOf(state)
  if (!state || !story) throw new NotFoundError('There is no such story here.')
  const made = documentFromState(state, parts.prose.content, formatId)
  const blobs = new Map<string, Uint8Array>()
  const wanted =
    formatId === 'archive'
      ? made.document.panels.flatMap((panel) => panel.blobs)
      : made.document.panels.flatMap((panel) => panel.image?.sha256 ?? [])
  if (formatId === 'archive' || formatId === 'play-html') {
    for (const hash of new Set(wanted)) {
      const bytes = await parts.blobs.read(hash)
      if (bytes) blobs.set(hash, new Uint8Array(bytes))
    }
  }
  const letters = formatId === 'play-html' ? panelLetters(state) : new Map<string, string>()
  const playable = new Set(playableScenes(state, null).map((scene) => scene.id))
  const parcel = { format: formatId, document: made.document, blobs, letters, playable }
  const written = await writeInThread(parcel, signal)
  return {
    fileName: `${fileStem(story.title)}.${format.extensions[0] ?? 'txt'}`,
    mime: format.mime,
    bytes: written.bytes,
    report: joinReports(written.report, made.report),
  }
}

/** The report kept with an imported story, or null for one that was not imported. */
export async function keptReport(
  parts: ExchangeParts,
  storyId: string,
): Promise<{ origin: ImportOrigin; report: LossReport } | null> {
  const state = parts.events.state(storyId)
  const story = state && storyOf(state)
  if (!story) throw new NotFoundError('There is no such story here.')
  const from = origin.safeParse(story.foreign[IMPORT_KEY])
  if (!from.success) return null
  const bytes = await parts.blobs.read(from.data.report)
  return bytes ? { origin: from.data, report: lossReport.parse(JSON.parse(bytes.toString('utf8'))) } : null
}
