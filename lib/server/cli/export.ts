import { writeFile } from 'node:fs/promises'
import { FORMATS } from '#lib/exchange/formats.ts'
import { NotFoundError } from '#lib/kernel/errors.ts'
import type { Services } from '../container.ts'
import { exportStory } from '../exchange/exchange.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'
import { reportText } from './report-text.ts'

const writable = FORMATS.filter((format) => format.write).map((format) => format.id)

/** `export`: a story, by id or exact title, as a file. An existing file is replaced only with --force. */
export const exportCommand: CliCommand = {
  name: 'export',
  usage: `<story> --format ${writable.join('|')} --out FILE [--force] [--json]`,
  summary: 'Writes a story, named by id or title, as a file',
  options: ['format', 'out'],
  switches: ['force'],
  run: async ({ args, options, switches, services, signal }) => {
    const [wanted, ...more] = args
    const format = options.get('format')
    const out = options.get('out')
    if (wanted === undefined || more.length > 0) throw new CliUsageError('Name one story.')
    if (format === undefined || !writable.includes(format))
      throw new CliUsageError(`--format is one of ${writable.join(', ')}.`)
    if (out === undefined) throw new CliUsageError('--out names the file to write.')
    const opened = await services()
    const storyId = storyNamed(opened, wanted)
    const file = await exportStory(opened, storyId, format, signal)
    await opened.audit.record({
      action: 'story-exported',
      actor: CLI_ACTOR.id,
      subject: storyId,
      facts: { format },
    })
    await writeFile(out, file.bytes, { flag: switches.has('force') ? 'w' : 'wx' }).catch((cause: unknown) => {
      const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
      throw new CliUsageError(
        code === 'EEXIST' ? `${out} exists already; --force replaces it.` : `${out} cannot be written (${code}).`,
      )
    })
    const { report } = file
    return {
      json: { out, bytes: file.bytes.byteLength, format, report },
      text: `Wrote ${out} (${file.bytes.byteLength} bytes).\n${reportText(report)}`,
    }
  },
}

function storyNamed({ stories }: Services, wanted: string): string {
  const all = [...stories.shelf(false, () => true), ...stories.shelf(true, () => true)]
  const byId = all.find((story) => story.id === wanted)
  if (byId) return byId.id
  const byTitle = all.filter((story) => story.title === wanted)
  if (byTitle.length > 1)
    throw new CliUsageError(`${byTitle.length} stories are called "${wanted}"; name one by its id.`)
  const [only] = byTitle
  if (!only) throw new NotFoundError(`There is no story "${wanted}" here.`)
  return only.id
}
