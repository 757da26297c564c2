import type { Exported, ExportRequest, StoryFormat } from '../format.ts'
import type { PlayPageData, PlayPageWords } from '../play-data.ts'
import { playPageStyle } from '../play-style.ts'
import { storyForeign } from '../passages.ts'
import type { ExchangePorts } from '../ports.ts'
import { reportWriter } from '../report.ts'
import type { ReportWriter } from '../report.ts'
import type { Prose, ProseBlock, ProseInline } from '../story-document.ts'
import { withoutLinkSigns } from '../twine-links.ts'

/**
 * One page that plays the story without a server: text, pictures and interpreter inside, a content policy that allows
 * nothing from outside, no storage, so that it also runs in a sandboxed frame. Rules EX90-EX96 in SPEC.md.
 */
export const playHtml: StoryFormat = {
  id: 'play-html',
  name: 'Playable page',
  hint: 'One HTML file with pictures that plays anywhere, without a server',
  extensions: ['html'],
  mime: 'text/html; charset=utf-8',
  write: writePage,
}

const WORDS: PlayPageWords = {
  back: 'Back',
  restart: 'Start again',
  choices: 'What happens next',
  theEnd: 'The end',
  deadEnd: 'The story goes no further here.',
  noStart: 'This story has no start yet.',
  continueTo: 'Continue',
  returnTo: 'Return to',
  leaving: 'This link leaves the story.',
  openLink: 'Open the page',
  stay: 'Stay here',
}
const PICTURES = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/avif', 'image/gif'])
const STRUCTURE = new Set(['next', 'choice', 'converges'])

function writePage(request: ExportRequest, ports: ExchangePorts): Exported {
  const report = reportWriter('play-html', 'export')
  const { document } = request
  const data = pageData(request, report)
  const script = request.playerScript
  // `<` is escaped in the data, so that no text can end its element.
  const json = JSON.stringify(data)
    .replace(/</g, '\\u003c')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029')
  const digest = (text: string) => `'sha256-${base64(ports.sha256(new TextEncoder().encode(text)))}'`
  const policy = [
    "default-src 'none'",
    `script-src ${digest(script)}`,
    `style-src ${digest(playPageStyle)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const html = `<!doctype html>
<html lang="${escapeHtml(document.story.language)}" dir="${document.story.direction}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="The Loom">
<title>${escapeHtml(document.story.title)}</title>
<style>${playPageStyle}</style>
</head>
<body>
<header><h1>${escapeHtml(document.story.title)}</h1><nav aria-label="Story"></nav></header>
<main tabindex="-1"></main>
<noscript><p>This story needs JavaScript to be played.</p></noscript>
<script type="application/json" id="story">${json}</script>
<script>${script}</script>
</body>
</html>
`
  return { bytes: new TextEncoder().encode(html), report: report.finish() }
}

/** What the page carries: only scenes that play shows and a reader can come to from the start (EX92). */
function pageData(request: ExportRequest, report: ReportWriter): PlayPageData {
  const { document, blobs, letters } = request
  const { startSceneId, scenes, edges } = readersPart(request, report)
  const images: Record<string, string> = {}
  const panelsOf = (sceneId: string) =>
    document.panels
      .filter((panel) => panel.sceneId === sceneId)
      .sort((a, b) => a.order - b.order)
      .flatMap(({ id, image, alt }) => {
        if (!image) return []
        const bytes = blobs.get(image.sha256)
        if (!bytes || !PICTURES.has(image.mime)) {
          report.dropped(
            'picture',
            bytes
              ? `A picture of type ${image.mime} cannot be shown in a page.`
              : 'A picture is missing from the store.',
            { path: image.sha256 },
          )
          return []
        }
        images[image.sha256] ??= `data:${image.mime};base64,${base64(bytes)}`
        const svg = letters?.get(id)
        const key = svg === undefined ? null : `letters-${id}`
        if (svg !== undefined && key !== null) {
          images[key] = `data:image/svg+xml;base64,${base64(new TextEncoder().encode(svg))}`
        }
        return [{ image: image.sha256, alt, width: image.width, height: image.height, letters: key }]
      })
  const shown = scenes.map((scene) => ({
    id: scene.id,
    type: scene.type,
    title: scene.title,
    prose: readable(scene.prose),
    panels: panelsOf(scene.id),
  }))
  report.count('scenes', shown.length)
  report.count('choices', edges.length)
  report.count('pictures', Object.keys(images).filter((key) => !key.startsWith('letters-')).length)
  const twine = storyForeign.safeParse(document.story.foreign['twine'])
  if (twine.success && twine.data.code.length > 0)
    report.dropped('code', 'Scripts and styles of the imported story are not part of the page.')
  return {
    title: document.story.title,
    startSceneId,
    scenes: shown,
    edges: edges.map(({ id, from, to, type, order, choiceText, condition, effects, once, returns }) => ({
      id,
      from,
      to,
      type,
      order,
      choiceText,
      condition,
      effects,
      once,
      returns,
    })),
    variables: document.variables.map(({ id, name, kind, scope, default: value, options }) => ({
      id,
      name,
      kind,
      scope,
      default: value,
      options,
    })),
    images,
    words: WORDS,
  }
}

/** The start, and the scenes and ways it leads to among those that play shows; each scene left out has its entry. */
function readersPart({ document, playable }: ExportRequest, report: ReportWriter) {
  const shown = (id: string) => playable?.has(id) ?? true
  const ways = document.edges.filter((edge) => STRUCTURE.has(edge.type) && shown(edge.from) && shown(edge.to))
  const wanted = document.story.startSceneId
  const startSceneId = wanted !== null && shown(wanted) ? wanted : null
  if (startSceneId === null) {
    const why = wanted === null ? 'The story has no start scene.' : 'Play does not show the start scene.'
    report.warn('no-start', why)
  }
  const reached = reachable(startSceneId, ways)
  for (const scene of document.scenes) {
    const where = { scene: scene.title }
    if (!shown(scene.id))
      report.dropped('not-played', 'Play does not show it: it is no page, or its branch is set aside.', where)
    else if (!reached.has(scene.id)) report.dropped('unreached', 'No way from the start leads to it.', where)
  }
  return {
    startSceneId,
    scenes: document.scenes.filter((scene) => reached.has(scene.id)),
    edges: ways.filter((edge) => reached.has(edge.from)),
  }
}

function reachable(
  start: string | null,
  edges: readonly { readonly from: string; readonly to: string }[],
): Set<string> {
  const out = new Map<string, string[]>()
  for (const edge of edges) {
    const list = out.get(edge.from)
    if (list) list.push(edge.to)
    else out.set(edge.from, [edge.to])
  }
  const seen = new Set<string>(start === null ? [] : [start])
  const queue = [...seen]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const to of out.get(id) ?? []) {
      if (seen.has(to)) continue
      seen.add(to)
      queue.push(to)
    }
  }
  return seen
}

/** Prose as a reader sees it: a `[[link]]` in the text shows its words, since the choice stands below. */
function readable(prose: Prose): ProseBlock[] {
  const inline = (content: readonly ProseInline[] | undefined) =>
    content?.map((node) => (node.type === 'text' ? { ...node, text: withoutLinkSigns(node.text) } : node))
  return prose.map((block): ProseBlock => {
    switch (block.type) {
      case 'paragraph':
      case 'heading':
        return { ...block, content: inline(block.content) }
      case 'blockquote':
        return { ...block, content: readable(block.content) }
      case 'bulletList':
      case 'orderedList':
        return { ...block, content: block.content.map((item) => ({ ...item, content: readable(item.content) })) }
      default:
        return block
    }
  })
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

function base64(bytes: Uint8Array): string {
  let out = ''
  // A multiple of three, so that the pieces join without padding between them.
  for (let at = 0; at < bytes.length; at += 24_576) out += btoa(String.fromCharCode(...bytes.subarray(at, at + 24_576)))
  return out
}
