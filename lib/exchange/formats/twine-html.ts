import { err, ok } from '../../kernel/result.ts'
import type { Result } from '../../kernel/result.ts'
import { decodeText, refusal, titleFromFile } from '../format.ts'
import type { Imported, ImportRefusal, ImportSource, StoryFormat } from '../format.ts'
import { closingTag, decodeEntities, readTag } from '../html-scan.ts'
import type { ScannedTag } from '../html-scan.ts'
import { jsonDepth, LIMITS } from '../limits.ts'
import { storyFromPassages } from '../passages-in.ts'
import { readPosition, readSize } from '../passages.ts'
import type { CodePassage, Passage, PassageStory } from '../passages.ts'
import type { ExchangePorts } from '../ports.ts'
import { clip, reportWriter } from '../report.ts'
import type { ReportWriter } from '../report.ts'
import type { Bag } from '../story-document.ts'

/** Twine 2 HTML (1.0.2), published stories and archives. Rules EX50-EX56 in SPEC.md. */
export const twineHtml: StoryFormat = {
  id: 'twine-html',
  name: 'Twine 2 HTML',
  hint: 'A published Twine story or a Twine archive',
  extensions: ['html', 'htm'],
  mime: 'text/html; charset=utf-8',
  detect: ({ bytes }) => (new TextDecoder().decode(bytes).toLowerCase().includes('<tw-storydata') ? 0.9 : 0),
  read: readTwineHtml,
}

function readTwineHtml(source: ImportSource, ports: ExchangePorts): Result<Imported, ImportRefusal> {
  const report = reportWriter('twine-html', 'import')
  const text = decodeText(source.bytes, report)
  const stories = findStories(text)
  const first = stories[0]
  if (!first) return err(refusal('damaged', 'The page holds no Twine story (no tw-storydata element).'))
  for (const other of stories.slice(1)) {
    report.dropped(
      'second-story',
      `The archive also holds "${clip(other.attributes['name'] ?? '', 200)}"; one story is imported at a time.`,
    )
  }
  const end = closingTag(text, 'tw-storydata', first.end)
  if (end < 0) report.warn('unclosed', 'The story element is not closed; everything to the end of the file was read.')
  const story = readStory(first, text, end < 0 ? text.length : end, report)
  if (story.passages.length === 0 && story.code.length === 0) return err(refusal('empty', 'The story has no passages.'))
  if (story.passages.length > LIMITS.scenes) {
    return err(refusal('too-large', `The file has ${story.passages.length} passages; ${LIMITS.scenes} are the limit.`))
  }
  const document = storyFromPassages(story, titleFromFile(source.fileName), ports, report)
  return ok({ document, blobs: new Map(), report: report.finish() })
}

/** After so many tags without an end the rest is not searched: each costs a scan of the file. */
const UNREADABLE_TAGS = 50

/** Story elements outside of scripts, styles and comments, since a player's own code may name the element. */
function findStories(html: string): ScannedTag[] {
  const found: ScannedTag[] = []
  // A closing sign once not found will not be found later; remembering it keeps this linear.
  const unclosed = new Set<string>()
  let unreadable = 0
  const opener = /<!--|<script\b|<style\b|<tw-storydata(?=[\s>])/gi
  for (let match = opener.exec(html); match; match = opener.exec(html)) {
    const sign = match[0].toLowerCase()
    if (sign === '<tw-storydata') {
      const tag = readTag(html, match.index)
      if (!tag && ++unreadable > UNREADABLE_TAGS) return found
      if (!tag) continue
      found.push(tag)
      const end = closingTag(html, 'tw-storydata', tag.end)
      if (end < 0) return found
      opener.lastIndex = end
    } else {
      if (unclosed.has(sign)) continue
      const end = sign === '<!--' ? html.indexOf('-->', match.index) : closingTag(html, sign.slice(1), match.index)
      if (end < 0) unclosed.add(sign)
      else opener.lastIndex = end
    }
  }
  return found
}

const CHILDREN = new Set(['style', 'script', 'tw-tag', 'tw-passagedata'])
const OWN = new Set(['name', 'startnode', 'ifid', 'tags', 'hidden'])

function readStory(tag: ScannedTag, html: string, end: number, report: ReportWriter): PassageStory {
  const code: CodePassage[] = []
  const passages: Passage[] = []
  const tagColors: Record<string, string> = {}
  let startName: string | null = null
  let unreadable = 0
  const startNode = tag.attributes['startnode'] ?? null
  const unknown = new Map<string, number>()
  const opener = /<[a-z][a-z0-9-]*(?=[\s>/])/gi
  opener.lastIndex = tag.end
  for (let match = opener.exec(html); match && match.index < end; match = opener.exec(html)) {
    const child = readTag(html, match.index)
    if (!child && ++unreadable > UNREADABLE_TAGS) {
      report.dropped('unreadable', `After ${UNREADABLE_TAGS} tags without an end the rest of the story was not read.`)
      break
    }
    if (!child) continue
    if (!CHILDREN.has(child.name)) {
      unknown.set(child.name, (unknown.get(child.name) ?? 0) + 1)
      opener.lastIndex = child.end
      continue
    }
    const line = passages.length + code.length + 1
    if (child.name === 'tw-tag') {
      const { name, color } = child.attributes
      if (name !== undefined && color !== undefined) tagColors[name] = color
      opener.lastIndex = child.end
      continue
    }
    const close = closingTag(html, child.name, child.end)
    const to = close < 0 || close > end ? end : close
    if (to !== close)
      report.warn('unclosed', `Element ${line} (${child.name}) is not closed.`, {
        scene: child.attributes['name'] ?? '',
      })
    const inside = html.slice(child.end, to)
    opener.lastIndex = to
    if (child.name === 'tw-passagedata') {
      const passage = readPassage(child, inside, report)
      if (startNode !== null && child.attributes['pid'] === startNode && startName === null) startName = passage.name
      passages.push(passage)
    } else {
      const kind = child.name === 'script' ? 'script' : 'stylesheet'
      const known = `${child.attributes['type'] ?? ''} ${child.attributes['role'] ?? ''} ${child.attributes['id'] ?? ''}`
      if (!/twine/i.test(known)) report.warn('code-type', `A ${child.name} element names no Twine type; it is kept.`)
      if (inside.trim() !== '')
        code.push({
          kind,
          name: kind === 'script' ? `Story JavaScript ${code.length + 1}` : `Story Stylesheet ${code.length + 1}`,
          tags: [kind],
          metadata: {},
          text: inside.trim(),
        })
    }
  }
  for (const [name, times] of [...unknown].slice(0, LIMITS.reportEntries))
    report.dropped(
      'unknown-element',
      `Twine knows no element "${clip(name, 60)}" (${times} in the story); it was left out, and what it holds was read.`,
    )
  if (startNode === null) report.warn('start', 'The file names no start.')
  else if (startName === null) report.warn('start', `The start ${clip(startNode, 40)} is no passage of this story.`)
  if (!/^[0-9A-Za-z-]{8,63}$/.test(tag.attributes['ifid'] ?? ''))
    report.warn('no-ifid', 'The story carries no usable identifier (IFID); it gets a new one on export.')
  return {
    title: tag.attributes['name'] ?? null,
    start: startName,
    data: storyAttributes(tag, tagColors),
    loom: undefined,
    preamble: '',
    code,
    passages,
  }
}

function storyAttributes(tag: ScannedTag, tagColors: Readonly<Record<string, string>>): Bag {
  const rest: Record<string, Bag[string]> = {}
  for (const [name, value] of Object.entries(tag.attributes)) if (!OWN.has(name) && value !== '') rest[name] = value
  const ifid = (tag.attributes['ifid'] ?? '').toUpperCase()
  const zoom = Number(rest['zoom'])
  const tags = (tag.attributes['tags'] ?? '').split(/\s+/).filter((name) => name !== '')
  return {
    ...(ifid === '' ? {} : { ifid }),
    ...rest,
    ...(rest['zoom'] !== undefined && Number.isFinite(zoom) ? { zoom } : {}),
    ...(tags.length > 0 ? { tags } : {}),
    ...(Object.keys(tagColors).length > 0 ? { 'tag-colors': { ...tagColors } } : {}),
  }
}

const KNOWN = new Set(['pid', 'name', 'tags', 'position', 'size', 'loom'])

function readPassage(tag: ScannedTag, inside: string, report: ReportWriter): Passage {
  const { attributes } = tag
  const name = (attributes['name'] ?? '').trim()
  const where = { scene: name }
  if (/<(?!\/?br\b)[a-z!/]/i.test(inside))
    report.warn('unescaped', 'The text holds unescaped markup; it is kept as text.', where)
  if (name === '') report.warn('no-name', 'A passage has no name.', where)
  const position = readPosition(attributes['position'])
  const size = readSize(attributes['size'])
  const metadata: Record<string, Bag[string]> = {}
  for (const [key, value] of Object.entries(attributes)) {
    const unreadable = value !== '' && ((key === 'position' && !position) || (key === 'size' && !size))
    if (unreadable) report.warn('position', `The ${key} is not written as "x,y"; it is kept as it was.`, where)
    if (unreadable || !KNOWN.has(key)) metadata[key] = value
  }
  return {
    name: name === '' ? 'Untitled passage' : name,
    tags: (attributes['tags'] ?? '').split(/\s+/).filter((item) => item !== ''),
    position,
    size,
    metadata,
    damaged: null,
    loom: parseNotes(attributes['loom']),
    text: decodeEntities(inside),
    line: null,
  }
}

function parseNotes(text: string | undefined): unknown {
  if (text === undefined || jsonDepth(text) > LIMITS.jsonDepth) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
