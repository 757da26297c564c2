import type { CodePassage, Passage, PassageStory, SceneNotes, StoryNotes } from './passages.ts'
import { ifidOf, sceneForeign, storyForeign, tagName, trimBlankLines } from './passages.ts'
import { markdownToProse } from './prose-markdown-in.ts'
import { proseToMarkdown } from './prose-markdown-out.ts'
import { isPlain, normalizeProse, plainToProse, proseToPlain } from './prose-plain.ts'
import type { ReportWriter } from './report.ts'
import { clip } from './report.ts'
import { plainEdge, plainScene } from './story-document.ts'
import type { Bag, DocumentEdge, DocumentScene, ProseBlock, StoryDocument } from './story-document.ts'
import { findDynamicLinks, findLinks, writeLink } from './twine-links.ts'

// A story document as passages. Rules EX20-EX30 in SPEC.md.

const RESERVED = new Set(['StoryTitle', 'StoryData'])

/** Writes the document as passages, with our notes for what passages cannot say. */
export function passagesFromStory(document: StoryDocument, report: ReportWriter): PassageStory {
  const kept = storyForeign.safeParse(document.story.foreign['twine'])
  const bag = kept.success ? kept.data : storyForeign.parse({})
  const code: CodePassage[] = bag.code
  const names = passageNames(document.scenes, code)
  const out = new Map<string, DocumentEdge[]>()
  for (const edge of document.edges) out.set(edge.from, [...(out.get(edge.from) ?? []), edge])
  const passages = document.scenes.map((scene) => passageOf(scene, out.get(scene.id) ?? [], names, report))
  report.count('scenes', passages.length)
  report.count('edges', document.edges.length)
  if (document.panels.length > 0)
    report.dropped(
      'panels',
      `${document.panels.length} panels: this format has no pictures. The project archive keeps them.`,
    )
  for (const [collection, records] of Object.entries(document.records)) {
    if (records.length > 0)
      report.dropped('records', `${records.length} records (${collection}) are kept by the project archive only.`)
  }
  const start = document.story.startSceneId
  const title = document.story.title.replace(/\s+/g, ' ').trim()
  return {
    title,
    start: start === null ? null : (names.get(start) ?? null),
    data: { ifid: ifidOf(bag.data['ifid'], document.story.id), ...storyData(bag.data) },
    loom: notesOf(document, title),
    preamble: bag.preamble,
    code,
    passages,
  }
}

function storyData(data: Bag): Bag {
  const { ifid: _ifid, start: _start, ...rest } = data
  return rest
}

function passageNames(scenes: readonly DocumentScene[], code: readonly CodePassage[]): Map<string, string> {
  const taken = new Set<string>([...RESERVED, ...code.map((passage) => passage.name)])
  const names = new Map<string, string>()
  // Titles that can be names as they are go first, so that only the others change.
  for (const scene of scenes) {
    const wanted = wantedName(scene)
    if (wanted !== '' && !taken.has(wanted)) {
      taken.add(wanted)
      names.set(scene.id, wanted)
    }
  }
  for (const scene of scenes) {
    if (names.has(scene.id)) continue
    const base = wantedName(scene) || 'Untitled'
    let name = base
    for (let n = 2; taken.has(name); n++) name = `${base} (${n})`
    taken.add(name)
    names.set(scene.id, name)
  }
  return names
}

function wantedName(scene: DocumentScene): string {
  const kept = sceneForeign.safeParse(scene.foreign['twine'])
  const original = kept.success ? kept.data.name : undefined
  if (original !== undefined && clip(original, 200) === scene.title) return original
  return scene.title.replace(/\s+/g, ' ').trim()
}

function passageOf(
  scene: DocumentScene,
  edges: readonly DocumentEdge[],
  names: ReadonlyMap<string, string>,
  report: ReportWriter,
): Passage {
  const name = names.get(scene.id) ?? scene.title
  const where = { scene: name }
  const kept = sceneForeign.safeParse(scene.foreign['twine'])
  const bag = kept.success ? kept.data : {}
  if (name !== scene.title && bag.name !== name)
    report.changed('name', `The scene "${scene.title}" is written as "${name}".`, where)
  const written = writeProse(scene.prose, report, where)
  const links = placeLinks(edges, written.text, names, report, where)
  const { twine: _twine, ...foreign } = scene.foreign
  const notes: SceneNotes = {
    id: scene.id,
    branch: scene.branchId,
    ...(name === scene.title ? {} : { as: name, title: scene.title }),
    ...(bag.name !== undefined && bag.name !== name ? { original: bag.name } : {}),
    ...(scene.tags.some((tag) => tagName(tag) !== tag) ? { tags: scene.tags } : {}),
    text: written.mode,
    tail: links.tail.length,
    ...(written.prose ? { prose: written.prose } : {}),
    fields: differing(
      {
        type: scene.type, summary: scene.summary, groupId: scene.groupId, originId: scene.originId, pinned: scene.pinned,
        importance: scene.importance, draftState: scene.draftState, moods: scene.moods, cast: scene.cast,
        targetWords: scene.targetWords, metadata: scene.metadata, foreign,
      }, // prettier-ignore
      plainScene({ id: scene.id, branchId: scene.branchId, title: '', prose: scene.prose }),
    ),
    edges: links.notes,
  }
  return {
    name,
    tags: scene.tags.map(tagName).filter((tag) => tag !== ''),
    position: { x: scene.x, y: scene.y },
    size: { width: scene.width, height: scene.height },
    metadata: bag.metadata ?? {},
    damaged: bag.damaged ?? null,
    loom: notes,
    text: [written.text, links.tail.join('\n')].filter((part) => part !== '').join('\n\n'),
    line: null,
  }
}

function differing<T extends object>(wanted: T, plain: object): Partial<T> {
  const base = plain as Record<string, unknown>
  // Entries of T stay entries of T; Object.fromEntries only forgets their names.
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(base[key])),
  ) as Partial<T>
}

/** Text for prose: as it is where plain text says it whole, else Markdown; what neither can say goes to the notes. */
function writeProse(
  prose: readonly ProseBlock[],
  report: ReportWriter,
  where: { scene: string },
): { text: string; mode: 'plain' | 'markdown'; prose?: ProseBlock[] } {
  const wanted = normalizeProse(prose)
  const same = (read: readonly ProseBlock[]): boolean => JSON.stringify(read) === JSON.stringify(wanted)
  if (isPlain(wanted)) {
    const text = proseToPlain(wanted)
    if (trimBlankLines(text) === text && !text.includes('\r') && same(plainToProse(text)))
      return { text, mode: 'plain' }
  }
  const text = trimBlankLines(proseToMarkdown(wanted, { wiki: true }).replace(/\r/g, ' '))
  report.changed('formatting', 'Headings, emphasis, lists and quotes are written as Markdown signs.', where)
  if (same(normalizeProse(markdownToProse(text, { wiki: true })))) return { text, mode: 'markdown' }
  return { text, mode: 'markdown', prose: wanted }
}

function placeLinks(
  edges: readonly DocumentEdge[],
  text: string,
  names: ReadonlyMap<string, string>,
  report: ReportWriter,
  where: { scene: string },
): { tail: string[]; notes: SceneNotes['edges'] } {
  const inText = findLinks(text).map((link) => ({ target: link.target, label: clip(link.label, 200) }))
  const inCode = findDynamicLinks(text).map((link) => ({ target: link.target, label: clip(link.label ?? '', 200) }))
  const take = (list: { target: string; label: string }[], target: string, label: string): string | null => {
    let at = list.findIndex((link) => link.target === target && link.label === label)
    if (at < 0) at = list.findIndex((link) => link.target === target && label === '')
    return at < 0 ? null : (list.splice(at, 1)[0]?.label ?? null)
  }
  const tail: string[] = []
  const notes: SceneNotes['edges'] = []
  const ordered = [...edges].sort((a, b) => a.order - b.order)
  for (const edge of ordered) {
    const target = names.get(edge.to) ?? ''
    const note = (how: 'tail' | 'text' | 'code' | 'hidden', as: string): void => {
      notes.push({ id: edge.id, to: edge.to, as, how, fields: edgeFields(edge, how, as) })
    }
    if (edge.condition !== null || edge.effects.length > 0) {
      report.changed(
        'logic',
        'A condition or effect is kept in our notes; other programs will always offer the choice.',
        where,
      )
    }
    if (edge.dynamic) {
      const as = take(inCode, target, edge.choiceText)
      if (as !== null) note('code', as)
      else note('hidden', '')
      continue
    }
    if (edge.type !== 'choice' && edge.type !== 'next' && edge.type !== 'converges') {
      note('hidden', '')
      continue
    }
    const found = take(inText, target, edge.choiceText)
    if (found !== null) {
      note('text', found)
      continue
    }
    const label = edge.choiceText.replace(/\s+/g, ' ').trim() || target
    const link = [writeLink(label, target), writeLink(target, target)].find(
      (form) => form !== null && readsBack(text, [...tail, form]),
    )
    if (!link) {
      report.warn('unlinkable', `No link can be written to "${target}"; the edge is kept in our notes.`, where)
      note('hidden', '')
      continue
    }
    tail.push(link)
    note('tail', findLinks(link)[0]?.label ?? label)
  }
  return { tail, notes }
}

/** Whether the links after the text are read as links: a sign in text or label may open a comment that hides them. */
function readsBack(text: string, tail: readonly string[]): boolean {
  const body = [text, tail.join('\n')].filter((part) => part !== '').join('\n\n')
  const before = findLinks(text)
  const after = findLinks(body)
  if (after.length !== before.length + tail.length) return false
  if (findDynamicLinks(body).length !== findDynamicLinks(text).length) return false
  return tail.every((form, i) => {
    const link = after[before.length + i]
    return link !== undefined && body.slice(link.start, link.end) === form
  })
}

function edgeFields(edge: DocumentEdge, how: string, as: string): SceneNotes['edges'][number]['fields'] {
  const { id, from, to, ...fields } = edge
  const plain = plainEdge({ id, from, to, ...(how === 'hidden' ? {} : { choiceText: as }), dynamic: how === 'code' })
  return { ...differing(fields, plain), order: edge.order }
}

function notesOf(document: StoryDocument, title: string): StoryNotes {
  const { twine: _twine, ...foreign } = document.story.foreign
  return {
    v: 1,
    id: document.story.id,
    ...(title === document.story.title ? {} : { title: document.story.title }),
    logline: document.story.logline,
    language: document.story.language,
    direction: document.story.direction,
    start: document.story.startSceneId,
    canon: document.story.canonBranchId,
    branches: document.branches,
    variables: document.variables,
    characters: document.characters,
    foreign,
  }
}
