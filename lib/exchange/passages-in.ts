import { LIMITS } from './limits.ts'
import type { EdgeNotes, Passage, PassageStory, SceneNotes, StoryNotes } from './passages.ts'
import { ifidOf, readTags, sceneNotes, storyNotes, tagName, trimBlankLines } from './passages.ts'
import { placeScenes } from './place-scenes.ts'
import type { ExchangePorts } from './ports.ts'
import { markdownToProse } from './prose-markdown-in.ts'
import { proseToMarkdown } from './prose-markdown-out.ts'
import { normalizeProse, plainToProse } from './prose-plain.ts'
import { repairDocument } from './repair.ts'
import { clip } from './report.ts'
import type { Place, ReportWriter } from './report.ts'
import { plainEdge, plainScene } from './story-document.ts'
import type { Bag, DocumentEdge, DocumentScene, ProseBlock, StoryDocument } from './story-document.ts'
import { findDynamicLinks, findLinks, isExternal, wikiLinkAt } from './twine-links.ts'

// Passages to a story document. Rules EX20-EX30 in SPEC.md.

/** Passages of story formats that hold settings or code, not story. They come in as notes. */
const SETTINGS = new Set([
  'StoryAuthor', 'StorySubtitle', 'StoryMenu', 'StoryInit', 'StoryCaption', 'StoryBanner', 'StoryInterface',
  'StorySettings', 'StoryIncludes', 'StoryShare', 'StoryDisplayTitle', 'PassageReady', 'PassageDone', 'PassageHeader',
  'PassageFooter',
]) // prettier-ignore

interface Draft {
  readonly passage: Passage
  readonly notes: SceneNotes | null
  readonly id: DocumentScene['id']
  readonly title: string
  readonly where: Place
}

/** Builds the document. `fallbackTitle` names a story whose file does not. */
export function storyFromPassages(
  source: PassageStory,
  fallbackTitle: string,
  ports: ExchangePorts,
  report: ReportWriter,
): StoryDocument {
  const notes = parseStoryNotes(source, report)
  const branches = notes?.branches ?? [
    {
      id: ports.newId('branch'),
      name: 'Main',
      kind: 'timeline' as const,
      parentId: null,
      forkSceneId: null,
      status: 'active' as const,
      colour: 1,
      reason: '',
    },
  ]
  const canon = notes?.canon ?? branches[0]?.id ?? ports.newId('branch')
  const drafts = draftScenes(source, ports, report)
  const byName = new Map<string, Draft>()
  for (const draft of drafts) if (!byName.has(draft.passage.name)) byName.set(draft.passage.name, draft)
  const byId = new Map<string, Draft>(drafts.map((draft) => [draft.id, draft]))

  const scenes: DocumentScene[] = []
  const edges: DocumentEdge[] = []
  const unplaced = new Set<string>()
  for (const draft of drafts) {
    const links = readLinks(draft, byName, byId, ports, report)
    edges.push(...links.edges)
    scenes.push(sceneOf(draft, canon, readProse(draft, links.text, report), report))
    if (!draft.passage.position) unplaced.add(draft.id)
  }
  const startSceneId = findStart(source, notes, drafts, byName, byId, report)
  if (unplaced.size > 0) report.changed('placed', `${unplaced.size} scenes had no position and were placed.`)
  report.count('scenes', scenes.length)
  report.count('edges', edges.length)
  report.count('variables', notes?.variables.length ?? 0)
  if (source.code.length > 0) {
    report.count('codePassages', source.code.length)
    report.changed('code', `${source.code.length} script or style passages are kept for export and never run here.`)
  }
  return repairDocument(
    {
      story: {
        id: notes?.id ?? ports.newId('story'),
        title: titleOf(source, notes, fallbackTitle, report),
        logline: notes?.logline ?? '',
        language: notes?.language ?? 'en',
        direction: notes?.direction ?? 'ltr',
        startSceneId,
        canonBranchId: canon,
        foreign: { ...notes?.foreign, ...storyBag(source, notes) },
      },
      branches,
      variables: notes?.variables ?? [],
      scenes: placeScenes(scenes, edges, startSceneId, unplaced),
      edges,
      characters: notes?.characters ?? [],
      panels: [],
      records: {},
    },
    report,
  )
}

function parseStoryNotes(source: PassageStory, report: ReportWriter): StoryNotes | null {
  if (source.loom === undefined || source.loom === null) return null
  const parsed = storyNotes.safeParse(source.loom)
  if (parsed.success) return parsed.data
  report.warn(
    'notes',
    'The notes this program keeps in the file are damaged; ids, variables and branches were not restored.',
  )
  return null
}

function titleOf(source: PassageStory, notes: StoryNotes | null, fallback: string, report: ReportWriter): string {
  const written = source.title?.trim() ?? ''
  if (notes?.title !== undefined && notes.title.replace(/\s+/g, ' ').trim() === written) return notes.title
  if (written === '') {
    report.warn('no-title', `The story has no title; it is called "${fallback}".`)
    return fallback
  }
  if (written.length > LIMITS.titleChars)
    report.changed('title', 'The title was longer than 200 characters and was cut.')
  return clip(written, LIMITS.titleChars)
}

function storyBag(source: PassageStory, notes: StoryNotes | null): Bag {
  const { ifid, ...rest } = source.data
  // An identifier we drew from the story's id is drawn again on export; only a foreign one is kept.
  const ours = notes !== null && ifid === ifidOf(undefined, notes.id)
  const data = ifid === undefined || ours ? rest : { ifid, ...rest }
  const bag: Record<string, Bag[string]> = {}
  if (Object.keys(data).length > 0) bag['data'] = data
  if (source.preamble !== '') bag['preamble'] = source.preamble
  if (source.code.length > 0) bag['code'] = source.code.map((code) => ({ ...code, tags: [...code.tags] }))
  return Object.keys(bag).length > 0 ? { twine: bag } : {}
}

function draftScenes(source: PassageStory, ports: ExchangePorts, report: ReportWriter): Draft[] {
  const usedIds = new Set<string>()
  const names = new Map<string, number>()
  const taken = new Set(source.passages.map((passage) => passage.name))
  return source.passages.map((passage) => {
    const where: Place = { scene: passage.name, ...(passage.line === null ? {} : { line: passage.line }) }
    let notes: SceneNotes | null = null
    if (passage.loom !== undefined) {
      const parsed = sceneNotes.safeParse(passage.loom)
      if (parsed.success) notes = parsed.data
      else
        report.warn('notes', 'The notes this program keeps about the passage are damaged and were not restored.', where)
    }
    const id = notes && !usedIds.has(notes.id) ? notes.id : ports.newId('scene')
    usedIds.add(id)
    const seen = names.get(passage.name) ?? 0
    names.set(passage.name, seen + 1)
    let title = notes?.title !== undefined && notes.as === passage.name ? notes.title : passage.name
    if (seen > 0 && title === passage.name) {
      let n = seen + 1
      while (taken.has(`${passage.name} (${n})`)) n++
      title = `${passage.name} (${n})`
      taken.add(title)
      report.warn(
        'duplicate-name',
        `A second passage is called "${passage.name}"; both are kept and this one is "${title}". Links go to the first.`,
        where,
      )
    }
    if (title.length > LIMITS.titleChars) report.changed('title', 'A name longer than 200 characters was cut.', where)
    return { passage, notes, id, title: clip(title, LIMITS.titleChars), where }
  })
}

function sceneOf(
  draft: Draft,
  canon: DocumentScene['branchId'],
  text: readonly ProseBlock[],
  report: ReportWriter,
): DocumentScene {
  const { passage, notes } = draft
  const twine: Record<string, Bag[string]> = {}
  if (draft.title !== passage.name && notes?.as !== passage.name) twine['name'] = passage.name
  else if (notes?.original !== undefined) twine['name'] = notes.original
  if (Object.keys(passage.metadata).length > 0) twine['metadata'] = passage.metadata
  if (passage.damaged !== null) twine['damaged'] = passage.damaged
  const foreign = { ...notes?.fields.foreign, ...(Object.keys(twine).length > 0 ? { twine } : {}) }
  const fields = Object.fromEntries(Object.entries(notes?.fields ?? {}).filter(([, value]) => value !== undefined))
  return plainScene({
    ...(SETTINGS.has(passage.name) && !notes ? { type: 'note' as const } : {}),
    ...fields,
    id: draft.id,
    branchId: notes?.branch ?? canon,
    title: draft.title,
    tags:
      notes?.tags && sameList(notes.tags.map(tagName), passage.tags)
        ? notes.tags
        : readTags(passage.tags, draft.where, report),
    x: passage.position?.x ?? 0,
    y: passage.position?.y ?? 0,
    width: passage.size?.width ?? 220,
    height: passage.size?.height ?? 96,
    prose: [...text],
    foreign,
  })
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, i) => item === b[i])
}

/** Prose of a passage's text, by our notes where they still fit it, else as plain text. */
function readProse(draft: Draft, text: string, report: ReportWriter): ProseBlock[] {
  const { notes } = draft
  if (notes?.prose) {
    const kept = normalizeProse(notes.prose)
    if (trimBlankLines(proseToMarkdown(kept, { wiki: true })) === text) return kept
    report.changed(
      'edited-elsewhere',
      'The text was changed in another program; its finer formatting was read anew.',
      draft.where,
    )
  }
  if (notes?.text === 'markdown') return normalizeProse(markdownToProse(text, { wiki: true }))
  const cut = text.length > LIMITS.sceneChars ? text.slice(0, LIMITS.sceneChars) : text
  if (cut !== text) report.dropped('too-long', `The passage was cut at ${LIMITS.sceneChars} characters.`, draft.where)
  return plainToProse(cut)
}

interface LinkUse {
  readonly to: Draft
  readonly label: string
  readonly how: 'text' | 'code'
  readonly dynamic: boolean
  readonly kind: 'link' | 'jump' | 'embed'
  readonly at: number
}

function readLinks(
  draft: Draft,
  byName: ReadonlyMap<string, Draft>,
  byId: ReadonlyMap<string, Draft>,
  ports: ExchangePorts,
  report: ReportWriter,
): { edges: DocumentEdge[]; text: string } {
  const body = trimBlankLines(draft.passage.text)
  const uses: LinkUse[] = []
  for (const link of findLinks(body)) {
    if (isExternal(link.target)) continue
    const to = byName.get(link.target)
    if (!to) {
      report.warn(
        'broken-link',
        `The link to "${clip(link.target, 200)}" leads nowhere; it stays in the text.`,
        draft.where,
      )
      continue
    }
    if (link.setter !== null)
      report.warn(
        'setter',
        `The setter in the link to "${clip(link.target, 200)}" is kept as text and not run.`,
        draft.where,
      )
    uses.push({ to, label: link.label, how: 'text', dynamic: false, kind: 'link', at: link.start })
  }
  for (const link of findDynamicLinks(body)) {
    const to = byName.get(link.target)
    if (!to) continue
    if (!draft.notes)
      report.warn(
        'dynamic-link',
        `A link to "${clip(link.target, 200)}" is made by code; it is drawn as dynamic.`,
        draft.where,
      )
    uses.push({ to, label: link.label ?? '', how: 'code', dynamic: true, kind: link.kind, at: link.at })
  }
  uses.sort((a, b) => a.at - b.at)
  const tail = cutTail(body, draft.notes?.tail ?? null, byName)
  if (tail.links > 0) report.count('linkLines', tail.links)
  return { edges: joinNotes(draft, uses, byId, ports, report), text: tail.text }
}

/** Takes lines that hold nothing but one link off the end: they are choices, shown below the text. */
function cutTail(
  body: string,
  wanted: number | null,
  byName: ReadonlyMap<string, Draft>,
): { text: string; links: number } {
  const lines = body.split('\n')
  let keep = lines.length
  let links = 0
  for (let at = lines.length - 1; at >= 0 && (wanted === null || links < wanted); at--) {
    const line = (lines[at] ?? '').trim()
    if (line === '' && wanted === null) continue
    if (line === '') break
    const link = wikiLinkAt(line, 0)
    if (!link || link.end !== line.length || link.setter !== null || !byName.has(link.target)) break
    keep = at
    links++
  }
  if (links === 0) return { text: body, links }
  return { text: trimBlankLines(lines.slice(0, keep).join('\n')), links }
}

function joinNotes(
  draft: Draft,
  uses: readonly LinkUse[],
  byId: ReadonlyMap<string, Draft>,
  ports: ExchangePorts,
  report: ReportWriter,
): DocumentEdge[] {
  const free = new Set(uses.keys())
  const edges: DocumentEdge[] = []
  const matched = new Map<number, EdgeNotes>()
  const waiting: EdgeNotes[] = []
  const noted = draft.notes?.edges ?? []
  const find = (test: (use: LinkUse) => boolean): number | undefined => [...free].find((i) => test(uses[i] as LinkUse))
  for (const note of noted) {
    if (note.how === 'hidden') continue
    const at = find(
      (use) => use.to.id === note.to && use.label === note.as && (use.how === 'code') === (note.how === 'code'),
    )
    if (at === undefined) waiting.push(note)
    else {
      free.delete(at)
      matched.set(at, note)
    }
  }
  for (const note of waiting) {
    const at = find((use) => use.to.id === note.to)
    if (at === undefined)
      report.dropped('link-removed', 'A choice we wrote was removed in another program.', draft.where)
    else {
      free.delete(at)
      matched.set(at, note)
    }
  }
  uses.forEach((use, order) => {
    const note = matched.get(order)
    const fields = note ? definedFields(note.fields) : {}
    const label = clip(use.label, LIMITS.choiceChars)
    if (label !== use.label)
      report.changed('choice-text', 'Choice words longer than 200 characters were cut.', draft.where)
    edges.push(
      plainEdge({
        type: edgeType(use, draft),
        order: Math.min(order, 10_000),
        choiceText: label,
        dynamic: use.dynamic,
        ...fields,
        ...(note && note.as !== use.label ? { choiceText: label } : {}),
        id: note?.id ?? ports.newId('edge'),
        from: draft.id,
        to: use.to.id,
      }),
    )
  })
  for (const note of noted) {
    if (note.how !== 'hidden') continue
    if (byId.has(note.to))
      edges.push(plainEdge({ ...definedFields(note.fields), id: note.id, from: draft.id, to: note.to }))
    else report.dropped('link-removed', 'An edge led to a passage that is gone.', draft.where)
  }
  return edges
}

/** A jump goes on by itself; an embedded scene is only referred to; everything else is a choice. */
function edgeType(use: LinkUse, from: Draft): DocumentEdge['type'] {
  if (use.kind === 'embed') return 'references'
  return use.kind === 'jump' && use.to !== from ? 'next' : 'choice'
}

function definedFields(fields: EdgeNotes['fields']): Partial<DocumentEdge> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
}

function findStart(
  source: PassageStory,
  notes: StoryNotes | null,
  drafts: readonly Draft[],
  byName: ReadonlyMap<string, Draft>,
  byId: ReadonlyMap<string, Draft>,
  report: ReportWriter,
): DocumentScene['id'] | null {
  const wanted = source.start
  const noted = notes?.start ? byId.get(notes.start) : undefined
  if (noted && (wanted === null || wanted === noted.passage.name)) return noted.id
  if (notes && notes.start === null && wanted === null) return null
  if (wanted !== null) {
    const named = byName.get(wanted)
    if (named) return named.id
    const number = /^\d+$/.test(wanted) ? drafts[Number(wanted) - 1] : undefined
    if (number) {
      report.changed('start', `The start was given as number ${wanted}; it was read as "${number.passage.name}".`)
      return number.id
    }
    report.warn('start', `The start "${clip(wanted, 200)}" is no passage of this story.`)
  }
  const start = byName.get('Start') ?? drafts.find((draft) => !SETTINGS.has(draft.passage.name)) ?? drafts[0]
  if (start && start.passage.name !== 'Start')
    report.warn('start', `The file names no start; the first passage "${start.title}" is the start.`)
  return start?.id ?? null
}
