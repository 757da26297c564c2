import { err, ok } from '../../kernel/result.ts'
import type { Result } from '../../kernel/result.ts'
import { decodeText, refusal, titleFromFile } from '../format.ts'
import type { Imported, ImportRefusal, ImportSource, StoryFormat } from '../format.ts'
import { LIMITS } from '../limits.ts'
import { storyOfScenes } from '../linear.ts'
import type { ExchangePorts } from '../ports.ts'
import { markdownToProse } from '../prose-markdown-in.ts'
import { inlineText, normalizeProse } from '../prose-plain.ts'
import { repairDocument } from '../repair.ts'
import { clip, reportWriter } from '../report.ts'
import type { Place, ReportWriter } from '../report.ts'
import { plainEdge, plainScene } from '../story-document.ts'
import type { DocumentEdge, DocumentScene, ProseBlock, ProseInline, StoryDocument } from '../story-document.ts'

/** Markdown: level 1 names the story, level 2 begins a scene, links to scenes are choices. Rules EX60-EX66 in SPEC.md. */
export const markdown: StoryFormat = {
  id: 'markdown',
  name: 'Markdown',
  hint: 'A heading of level 2 begins a scene; links to other headings become choices',
  extensions: ['md', 'markdown'],
  mime: 'text/markdown; charset=utf-8',
  detect: ({ fileName, bytes }) =>
    /\.(md|markdown|mkd)$/i.test(fileName)
      ? 0.9
      : /(^|\n)## \S/.test(new TextDecoder().decode(bytes.subarray(0, 65_536)))
        ? 0.5
        : 0,
  read: readMarkdown,
}

interface Chunk {
  readonly title: string
  readonly line: number
  readonly lines: string[]
}

function readMarkdown(source: ImportSource, ports: ExchangePorts): Result<Imported, ImportRefusal> {
  const report = reportWriter('markdown', 'import')
  const text = decodeText(source.bytes, report)
  if (text.trim() === '') return err(refusal('empty', 'The file holds no text.'))
  const { title, startSlug, chunks, frontMatter } = split(text, titleFromFile(source.fileName), report)
  if (chunks.length > LIMITS.scenes) {
    return err(refusal('too-large', `The file has ${chunks.length} scenes; ${LIMITS.scenes} are the limit.`))
  }
  const built = build(title, startSlug, chunks, ports, report)
  const foreign = frontMatter === '' ? {} : { markdown: { frontMatter } }
  const document = repairDocument({ ...built, story: { ...built.story, foreign } }, report)
  return ok({ document, blobs: new Map(), report: report.finish() })
}

function split(
  text: string,
  fallback: string,
  report: ReportWriter,
): { title: string; startSlug: string | null; chunks: Chunk[]; frontMatter: string } {
  const lines = text.split('\n')
  let frontMatter = ''
  let title: string | null = null
  let startSlug: string | null = null
  let fence: string | null = null
  const chunks: Chunk[] = []
  let current: Chunk = { title: '', line: 1, lines: [] }
  let from = 0
  if (lines[0]?.trim() === '---') {
    const end = lines.findIndex((line, i) => i > 0 && /^(---|\.\.\.)\s*$/.test(line))
    if (end > 0) {
      from = end + 1
      const named = lines
        .slice(1, end)
        .map((line) => /^title:\s*["']?(.*?)["']?\s*$/i.exec(line)?.[1])
        .find((name) => name)
      if (named) title = named
      frontMatter = lines.slice(1, end).join('\n')
      report.changed('front-matter', 'The block at the top was read for the title; the rest is kept with the story.', {
        line: 1,
      })
    }
  }
  lines.forEach((line, i) => {
    if (i < from) return
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(line)?.[1]
    if (mark) fence = fence === null ? mark.slice(0, 3) : mark.startsWith(fence) ? null : fence
    const top = fence === null ? /^# +(.*?)\s*#*\s*$/.exec(line) : null
    const second = fence === null ? /^## +(.*?)\s*#*\s*$/.exec(line) : null
    if (top && title === null && chunks.length === 0) {
      const link = /^\[(.*)\]\(\/?#?([^)\s?#]*)[^)]*\)$/.exec(top[1] ?? '')
      title = link?.[1] ?? top[1] ?? ''
      startSlug = link?.[2] ?? null
    } else if (second || (top && chunks.length > 0)) {
      if (top) report.changed('heading', 'A further heading of level 1 begins a scene.', { line: i + 1 })
      chunks.push(current)
      current = { title: plainHeading(second?.[1] ?? top?.[1] ?? '', i + 1, report), line: i + 1, lines: [] }
    } else current.lines.push(line)
  })
  chunks.push(current)
  const first = chunks[0]
  // Text above the first scene is the blurb: it becomes a scene of its own only when it says something.
  const kept = first && first.title === '' && first.lines.join('').trim() === '' ? chunks.slice(1) : chunks
  const cleanTitle = cutTitle((title ?? '').trim(), {}, report)
  if (cleanTitle === '')
    report.warn('no-title', `The file has no heading of level 1; the story is called "${fallback}".`)
  return { title: cleanTitle === '' ? fallback : cleanTitle, startSlug, chunks: kept, frontMatter }
}

/** Ficdown writes `## [Name](?state)`; only the name counts as title. */
function plainHeading(raw: string, line: number, report: ReportWriter): string {
  const link = /^\[(.*?)\]\(([^)]*)\)$/.exec(raw.trim())
  if (link)
    report.dropped('heading-link', `The address "${clip(link[2] ?? '', 200)}" of a heading was left out.`, { line })
  const written = link?.[1] ?? raw
  const plain = written.replace(/[*_`]/g, '')
  if (plain !== written) report.changed('heading', 'Signs of emphasis in a heading were left out.', { line })
  return plain.trim()
}

function cutTitle(title: string, where: Place, report: ReportWriter): string {
  if (title.length > LIMITS.titleChars)
    report.changed('title', `A title longer than ${LIMITS.titleChars} characters was cut.`, where)
  return clip(title, LIMITS.titleChars)
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/[\s-]+/g, '-')
}

interface Context {
  readonly bySlug: ReadonlyMap<string, DocumentScene['id']>
  readonly variables: Map<string, StoryDocument['variables'][number]>
  readonly ports: ExchangePorts
  readonly report: ReportWriter
}

function build(
  title: string,
  startSlug: string | null,
  chunks: readonly Chunk[],
  ports: ExchangePorts,
  report: ReportWriter,
): StoryDocument {
  const branch = ports.newId('branch')
  const ids = chunks.map(() => ports.newId('scene'))
  const bySlug = new Map<string, DocumentScene['id']>()
  chunks.forEach((chunk, i) => {
    const key = slug(chunk.title)
    const id = ids[i]
    if (!id || key === '') return
    if (!bySlug.has(key)) bySlug.set(key, id)
    else {
      report.warn(
        'duplicate-name',
        `A second scene is called "${clip(chunk.title, 200)}"; both are kept, links go to the first.`,
        { line: chunk.line },
      )
      for (let n = 1; ; n++) {
        if (bySlug.has(`${key}-${n}`)) continue
        bySlug.set(`${key}-${n}`, id)
        break
      }
    }
  })
  const context: Context = { bySlug, variables: new Map(), ports, report }
  const edges: DocumentEdge[] = []
  const linked = new Set<number>()
  const scenes = chunks.map((chunk, i) => {
    const id = ids[i] as DocumentScene['id']
    const where = { line: chunk.line, scene: chunk.title }
    const onImage = (alt: string, from: string) =>
      report.dropped('picture', `A picture (${clip(from, 200)}) became its description "${clip(alt, 200)}".`, where)
    const read = markdownToProse(chunk.lines.join('\n'), { wiki: false, onImage })
    const { prose, links } = takeLinks(read, id, context, where)
    if (links.length > 0) linked.add(i)
    edges.push(...links)
    return plainScene({
      id,
      branchId: branch,
      title: cutTitle(chunk.title === '' ? firstWords(prose, i) : chunk.title, where, report),
      prose: normalizeProse(prose),
    })
  })
  if (linked.size === 0 && scenes.length > 1) {
    report.changed('linear', 'No scene links to another; they follow one another in the order of the file.')
    scenes
      .slice(1)
      .forEach((scene, i) =>
        edges.push(
          plainEdge({ id: ports.newId('edge'), from: ids[i] as DocumentScene['id'], to: scene.id, type: 'next' }),
        ),
      )
  }
  report.count('scenes', scenes.length)
  report.count('edges', edges.length)
  report.count('variables', context.variables.size)
  const document = storyOfScenes(title, scenes, edges, branch, ports)
  const start = startSlug === null ? undefined : bySlug.get(slug(startSlug))
  return {
    ...document,
    story: { ...document.story, startSceneId: start ?? document.story.startSceneId },
    variables: [...context.variables.values()],
  }
}

function firstWords(prose: readonly ProseBlock[], index: number): string {
  const block = prose.find((item) => item.type === 'paragraph' && item.content)
  const words =
    block?.type === 'paragraph'
      ? inlineText(block.content ?? [])
          .split(/\s+/)
          .slice(0, 6)
          .join(' ')
      : ''
  return words === '' ? `Scene ${index + 1}` : clip(words, 60)
}

/**
 * Turns links to scenes into edges. A block that holds only such links leaves the text; elsewhere the words stay, and so
 * they do where a choice cannot hold them all.
 */
function takeLinks(
  prose: readonly ProseBlock[],
  from: DocumentScene['id'],
  context: Context,
  where: { line: number; scene: string },
): { prose: ProseBlock[]; links: DocumentEdge[] } {
  const links: DocumentEdge[] = []
  /** Whole words of each link. */
  const said: string[] = []
  const inline = (content: readonly ProseInline[]): { content: ProseInline[]; onlyLinks: boolean } => {
    let words = false
    const first = links.length
    let last: { href: string; link: number | null } | null = null
    const kept = content.map((node): ProseInline => {
      if (node.type !== 'text') return node
      const link = node.marks?.find((mark) => mark.type === 'link')
      if (!link || link.type !== 'link') {
        if (node.text.trim() !== '') words = true
        last = null
        return node
      }
      const other = (node.marks ?? []).filter((mark) => mark !== link)
      const bare: ProseInline = other.length > 0 ? { ...node, marks: other } : { type: 'text', text: node.text }
      const href = link.attrs.href
      if (/^(https?:|mailto:)/i.test(href)) {
        words = true
        return node
      }
      // One link whose label carries marks arrives as several neighbours with the same address.
      if (href === last?.href) {
        if (last.link !== null) said[last.link] += node.text
        return bare
      }
      last = { href, link: null }
      const edge = edgeFor(href, node.text, from, links.length, context, where)
      if (edge) {
        last.link = links.push(edge) - 1
        said.push(node.text)
      } else words = true
      return bare
    })
    for (let i = first; i < links.length; i++) {
      const label = (said[i] ?? '').trim()
      if (label.length > LIMITS.choiceChars) {
        context.report.changed(
          'choice-text',
          'Choice words longer than 200 characters were cut; they stay in the text.',
          where,
        )
        words = true
      }
      links[i] = { ...(links[i] as DocumentEdge), choiceText: clip(label, LIMITS.choiceChars) }
    }
    return { content: kept, onlyLinks: links.length > first && !words }
  }
  const walk = (blocks: readonly ProseBlock[]): ProseBlock[] =>
    blocks.flatMap((block): ProseBlock[] => {
      switch (block.type) {
        case 'paragraph':
        case 'heading': {
          const read = inline(block.content ?? [])
          return read.onlyLinks ? [] : [{ ...block, content: read.content }]
        }
        case 'blockquote': {
          const content = walk(block.content)
          return content.length > 0 ? [{ ...block, content }] : []
        }
        case 'bulletList':
        case 'orderedList': {
          const content = block.content.flatMap((item) => {
            const inner = walk(item.content)
            return inner.length > 0 ? [{ ...item, content: inner }] : []
          })
          return content.length > 0 ? [{ ...block, content }] : []
        }
        default:
          return [block]
      }
    })
  return { prose: walk(prose), links }
}

/** `/scene?needs&!forbids#sets`, `#scene` or `scene.md`: an edge, or null when it leads to no scene of the file. */
function edgeFor(
  href: string,
  label: string,
  from: DocumentScene['id'],
  order: number,
  context: Context,
  where: { line: number; scene: string },
): DocumentEdge | null {
  const match = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/.exec(href)
  const path = match?.[1] ?? ''
  const anchor = path === '' && match?.[2] === undefined
  const name = anchor ? (match?.[3] ?? '') : path
  const to = context.bySlug.get(slug(decodeSafely(name.replace(/^\.?\//, '').replace(/\.(md|markdown)$/i, ''))))
  if (!to) {
    const unsafe = /^[a-z][a-z0-9+.-]*:/i.test(href)
    context.report.warn(
      unsafe ? 'unsafe-link' : 'broken-link',
      `The link "${clip(label, 100)}" leads to no scene of the file; its words stay as text.`,
      where,
    )
    return null
  }
  const needs = states(match?.[2]).map((state) => {
    const has = { op: 'compare', variableId: variableFor(state.name, context), by: 'eq', value: true }
    return state.not ? { op: 'not', item: has } : has
  })
  const sets = anchor
    ? []
    : states(match?.[3]).map((state) => ({ op: 'set', variableId: variableFor(state.name, context), value: true }))
  const condition = needs.length === 0 ? null : needs.length === 1 ? (needs[0] ?? null) : { op: 'and', items: needs }
  return plainEdge({
    id: context.ports.newId('edge'),
    from,
    to,
    order: Math.min(order, 10_000),
    condition,
    effects: sets,
  })
}

function states(raw: string | undefined): { name: string; not: boolean }[] {
  return (raw ?? '')
    .split(/[&+]/)
    .map((part) => ({
      name: decodeSafely(part)
        .replace(/^!/, '')
        .replace(/[^\p{L}\p{N}_ ]/gu, ' ')
        .trim()
        .slice(0, 50),
      not: part.startsWith('!'),
    }))
    .filter((state) => state.name !== '')
    .slice(0, 20)
}

function variableFor(name: string, context: Context): string {
  const legal = /^[\p{L}_]/u.test(name) ? name : `state ${name}`
  const key = legal.toLowerCase()
  let variable = context.variables.get(key)
  if (!variable) {
    variable = {
      id: context.ports.newId('variable'),
      name: legal,
      kind: 'bool',
      scope: 'story',
      default: false,
      options: [],
      description: '',
    }
    context.variables.set(key, variable)
  }
  return variable.id
}

function decodeSafely(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
