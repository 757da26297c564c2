import { readFile as readBytes, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { FORMATS } from '#lib/exchange/formats.ts'
import { TooLargeError } from '#lib/kernel/errors.ts'
import { FILE_LIMITS } from '#lib/kernel/limits.ts'
import { readFile, storeImport } from '../exchange/exchange.ts'
import type { CliCommand } from './command.ts'
import { CLI_ACTOR, CliUsageError } from './command.ts'
import { reportText } from './report-text.ts'

/** `import`: a file as a new story, or with --dry-run only what it would become. */
export const importCommand: CliCommand = {
  name: 'import',
  usage: '<file> [--title T] [--format F] [--dry-run] [--json]',
  summary: 'Imports a story file, whole or not at all',
  options: ['title', 'format'],
  switches: ['dry-run'],
  run: async ({ args, options, switches, services, signal }) => {
    const [path, ...more] = args
    if (path === undefined || more.length > 0) throw new CliUsageError('Name one file.')
    const format = options.get('format')
    if (format !== undefined && !FORMATS.some((item) => item.id === format && item.read)) {
      throw new CliUsageError(`Nothing reads the format "${format}".`)
    }
    const request = { fileName: basename(path), bytes: await bytesOf(path), format, title: options.get('title') }
    const read = await readFile(request, signal)
    const { story } = read.document
    if (switches.has('dry-run')) {
      const json = { dryRun: true, title: story.title, report: read.preview }
      return { json, text: `"${story.title}" would be imported; nothing was stored.\n${reportText(read.preview)}` }
    }
    const opened = await services()
    const { storyId, report } = await storeImport(opened, request, read, CLI_ACTOR, signal)
    // The program records the new texts' words a moment later; here it must be done before the end.
    await opened.prose.recover()
    return {
      json: { storyId, title: story.title, report },
      text: `"${story.title}" is imported as ${storyId}.\n${reportText(report)}`,
    }
  },
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch(() => null)
  if (!found?.isFile()) throw new CliUsageError(`There is no file ${path}.`)
  if (found.size > FILE_LIMITS.zipPackedBytes)
    throw new TooLargeError(`The file is larger than ${FILE_LIMITS.zipPackedBytes / 1024 / 1024} MB.`)
  return new Uint8Array(await readBytes(path))
}
