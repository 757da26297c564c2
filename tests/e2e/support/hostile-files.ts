import { formatById } from '../../../lib/exchange/formats.ts'
import { fakeExchangePorts } from '../../fakes/exchange.ts'
import { HOSTILE_PICTURE, HOSTILE_PICTURE_HASH, hostileStory } from '../../fakes/hostile-story.ts'
import { XSS_PAYLOADS } from '../../fixtures/xss-payloads.ts'

/** A file that says every payload, per format that is read. */
export function hostileFiles(): Record<string, Uint8Array> {
  const text = (parts: readonly string[]) => new TextEncoder().encode(parts.join(''))
  const written = (format: string, seed: number) => {
    const blobs = new Map([[HOSTILE_PICTURE_HASH, new Uint8Array(HOSTILE_PICTURE)]])
    const request = { document: hostileStory(seed), blobs, playerScript: '' }
    const file = formatById(format)?.write?.(request, fakeExchangePorts(seed))
    if (!file) throw new Error(`nothing writes ${format}`)
    return file.bytes
  }
  const escaped = (raw: string) => raw.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
  const lines = XSS_PAYLOADS.map((payload) => payload.replace(/[\r\n]/g, ' '))
  return {
    archive: written('archive', 1),
    twee3: written('twee3', 2),
    'twine-html': text([
      '<tw-storydata name="Twine" startnode="1"><script type="text/twine-javascript">xss()</script>',
      '<style type="text/twine-css">@import "https://xss.invalid/css"</style>',
      // Both as a compiler would escape them and as a careless one would not.
      `<tw-passagedata pid="1" name="Start">${lines.map(escaped).join('\n\n')}\n\n${lines.join('\n\n')}</tw-passagedata>`,
      ...lines.map((line, i) => `<tw-passagedata pid="${i + 2}" name="${escaped(line)}">${line}</tw-passagedata>`),
      '</tw-storydata>',
    ]),
    markdown: text(['# Markdown\n\n', ...lines.map((line) => `## ${line}\n\n${line}\n\n[go](${line})\n\n`)]),
    'plain-text': text(['Chapter One\n\n', ...lines.map((line) => `${line}\n\n`), 'Chapter Two\n\nxss\n']),
  }
}
