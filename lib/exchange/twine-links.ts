// Links of Twee and Twine text: `[[target]]`, `[[label->target]]`, `[[target<-label]]`, `[[label|target]]`, with a
// setter `[[…][…]]` cut off, and the common macros that jump by code. Rules EX20-EX24 in SPEC.md.

/** Longest text between the brackets that is looked at, so that unclosed brackets cost no more than this each. */
const LONGEST_LINK = 1000

export interface WikiLink {
  /** Offsets in the text; `end` is after the last bracket. */
  readonly start: number
  readonly end: number
  readonly target: string
  /** What the reader sees; the target where the link names no label. */
  readonly label: string
  /** The setter's code, or null. */
  readonly setter: string | null
}

/** The link that begins exactly at `start`, or null. A link stays on one line and holds no second `[[`. */
export function wikiLinkAt(text: string, start: number): WikiLink | null {
  if (text[start] !== '[' || text[start + 1] !== '[') return null
  const window = text.slice(start + 2, start + 2 + LONGEST_LINK)
  const length = window.indexOf(']]')
  if (length < 0) return null
  const close = start + 2 + length
  const inner = window.slice(0, length)
  if (inner.includes('\n') || inner.includes('[[')) return null
  const cut = inner.indexOf('][')
  // In `[[t][$a to [1]]]` the setter ends one bracket later than the first pair.
  const end = cut >= 0 && text[close + 2] === ']' && inner.slice(cut + 2).includes('[') ? close + 3 : close + 2
  const parts = splitLink(cut >= 0 ? inner.slice(0, cut) : inner)
  if (parts.target === '' || parts.target.startsWith('[')) return null
  return { start, end, ...parts, setter: cut >= 0 ? text.slice(start + 2 + cut + 2, end - 2) : null }
}

function splitLink(inner: string): { target: string; label: string } {
  const right = inner.lastIndexOf('->')
  if (right >= 0) return named(inner.slice(right + 2), inner.slice(0, right))
  const left = inner.indexOf('<-')
  if (left >= 0) return named(inner.slice(0, left), inner.slice(left + 2))
  const bar = inner.lastIndexOf('|')
  if (bar >= 0) return named(inner.slice(bar + 1), inner.slice(0, bar))
  return named(inner, inner)
}

function named(target: string, label: string): { target: string; label: string } {
  return { target: target.trim(), label: label.trim() === '' ? target.trim() : label.trim() }
}

/** Whether a target is an address outside the story. */
export function isExternal(target: string): boolean {
  return /^([a-z][a-z0-9+.-]*:\/\/|mailto:)/i.test(target)
}

/**
 * All links in a text in order, without those the story formats escape: HTML comments, backtick spans, `{{{ }}}`,
 * triple quotes, C comments, `/% %/`, `<% %>`, script elements and a backslash before the bracket (EX22). Linear in the text's length.
 */
export function findLinks(text: string): WikiLink[] {
  const links: WikiLink[] = []
  const masks = maskedRanges(text)
  let mask = 0
  let from = 0
  for (;;) {
    let start = text.indexOf('[[', from)
    if (start < 0) return links
    // `[[[x]]` opens at the last pair, so that arrays do not swallow a link.
    while (text[start + 2] === '[') start++
    while (mask < masks.length && (masks[mask]?.end ?? 0) <= start) mask++
    const inside = masks[mask]
    if (inside && inside.start <= start) {
      from = inside.end
      continue
    }
    const link = text[start - 1] === '\\' ? null : wikiLinkAt(text, start)
    if (link) links.push(link)
    from = link ? link.end : start + 2
  }
}

const MASKS: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['{{{', '}}}'],
  ['"""', '"""'],
  ['/*', '*/'],
  ['/%', '%/'],
  ['<%', '%>'],
  ['<script', '</script>'],
  ['<nowiki>', '</nowiki>'],
]
const OPENERS = /<!--|\{\{\{|"""|\/\*|\/%|<%|<script|<nowiki>|`+/g

function maskedRanges(text: string): { start: number; end: number }[] {
  const ranges: { start: number; end: number }[] = []
  // A closing sign once not found will not be found later either; remembering it keeps this linear.
  const absent = new Set<string>()
  OPENERS.lastIndex = 0
  for (let match = OPENERS.exec(text); match; match = OPENERS.exec(text)) {
    const opener = match[0]
    const closer = opener.startsWith('`') ? opener : MASKS.find(([sign]) => sign === opener)?.[1]
    if (!closer || absent.has(closer)) continue
    const close = text.indexOf(closer, match.index + opener.length)
    if (close < 0) {
      absent.add(closer)
      continue
    }
    ranges.push({ start: match.index, end: close + closer.length })
    OPENERS.lastIndex = close + closer.length
  }
  return ranges
}

/** Writes a link that reads back as the same label and target, or null when no form does. */
export function writeLink(label: string, target: string): string | null {
  const forms =
    label === target
      ? [`[[${target}]]`, `[[${label}->${target}]]`]
      : [`[[${label}->${target}]]`, `[[${target}<-${label}]]`, `[[${label}|${target}]]`]
  for (const form of forms) {
    const read = wikiLinkAt(form, 0)
    if (
      read &&
      read.end === form.length &&
      read.setter === null &&
      read.label === label &&
      read.target === target &&
      findLinks(form).length === 1
    )
      return form
  }
  return null
}

export interface DynamicLink {
  readonly target: string
  /** The words on a link macro, or null where the macro jumps or embeds without words. */
  readonly label: string | null
  /** `link` is clicked, `jump` goes by itself, `embed` shows the other scene inside this one. */
  readonly kind: 'link' | 'jump' | 'embed'
  readonly at: number
}

const QUOTED = `(?:"([^"\\n]{1,300})"|'([^'\\n]{1,300})')`
const DYNAMIC: readonly { readonly kind: DynamicLink['kind']; readonly pattern: RegExp; readonly labelled: boolean }[] =
  [
    // Harlowe
    {
      kind: 'link',
      labelled: true,
      pattern: new RegExp(`\\((?:link-goto|link-reveal-goto|link-undo-goto):\\s*${QUOTED}\\s*,\\s*${QUOTED}`, 'gi'),
    },
    { kind: 'link', labelled: false, pattern: new RegExp(`\\(link-goto:\\s*${QUOTED}\\s*\\)`, 'gi') },
    { kind: 'jump', labelled: false, pattern: new RegExp(`\\((?:go-to|goto):\\s*${QUOTED}`, 'gi') },
    { kind: 'embed', labelled: false, pattern: new RegExp(`\\(display:\\s*${QUOTED}`, 'gi') },
    // SugarCube and older formats
    { kind: 'link', labelled: true, pattern: new RegExp(`<<(?:link|button)\\s+${QUOTED}\\s+${QUOTED}\\s*>>`, 'gi') },
    { kind: 'jump', labelled: false, pattern: new RegExp(`<<goto\\s+${QUOTED}`, 'gi') },
    { kind: 'embed', labelled: false, pattern: new RegExp(`<<(?:include|display)\\s+${QUOTED}`, 'gi') },
    // Chapbook
    { kind: 'embed', labelled: false, pattern: new RegExp(`\\{embed passage(?: named)?:\\s*${QUOTED}`, 'gi') },
    {
      kind: 'link',
      labelled: true,
      pattern: new RegExp(`\\{reveal link:\\s*${QUOTED}\\s*,\\s*passage:\\s*${QUOTED}`, 'gi'),
    },
    { kind: 'jump', labelled: false, pattern: new RegExp(`\\bgo\\(\\s*${QUOTED}\\s*\\)`, 'g') },
    // Snowman and script
    { kind: 'embed', labelled: false, pattern: new RegExp(`\\bstory\\.render\\(\\s*${QUOTED}`, 'g') },
    {
      kind: 'jump',
      labelled: false,
      pattern: new RegExp(`\\b(?:story\\.show|Engine\\.play|SugarCube\\.Engine\\.play)\\(\\s*${QUOTED}`, 'g'),
    },
  ]

/** Links that only a macro or script makes, in order of place. */
export function findDynamicLinks(text: string): DynamicLink[] {
  const found: DynamicLink[] = []
  for (const { kind, pattern, labelled } of DYNAMIC) {
    pattern.lastIndex = 0
    for (const match of text.matchAll(pattern)) {
      const first = match[1] ?? match[2] ?? ''
      const second = match[3] ?? match[4] ?? ''
      found.push({ kind, at: match.index, label: labelled ? first : null, target: labelled ? second : first })
    }
  }
  return found.sort((a, b) => a.at - b.at)
}

/** Text with each `[[link]]` replaced by its words, for readers. External addresses keep only their words too. */
export function withoutLinkSigns(text: string): string {
  if (!text.includes('[[')) return text
  let out = ''
  let at = 0
  for (const link of findLinks(text)) {
    out += text.slice(at, link.start) + link.label
    at = link.end
  }
  return out + text.slice(at)
}
