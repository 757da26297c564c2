// A small tolerant reader of the few HTML elements Twine files use. Linear; nothing is ever run or built as a DOM.

export interface ScannedTag {
  /** Lower case. */
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** Offset of the `<`. */
  readonly start: number
  /** Offset after the `>`. */
  readonly end: number
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0' }

/** Decodes the entities Twine writes and numeric ones; any other stays as it is. */
export function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g, (whole, dec, hex, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole
    const code = dec === undefined ? Number.parseInt(hex as string, 16) : Number(dec)
    const legal = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
    return legal ? String.fromCodePoint(code) : whole
  })
}

/** Reads the tag that begins at `start`, or null when it is none. Attributes may be unquoted; the first of a name wins. */
export function readTag(html: string, start: number): ScannedTag | null {
  const named = /^<([a-zA-Z][a-zA-Z0-9-]*)/.exec(html.slice(start, start + 80))
  if (!named) return null
  const attributes: Record<string, string> = {}
  let at = start + named[0].length
  for (;;) {
    while (/[\s/]/.test(html[at] ?? '')) at++
    if (at >= html.length) return null
    if (html[at] === '>') break
    const nameStart = at
    while (at < html.length && !/[\s=>/]/.test(html[at] ?? '')) at++
    const name = html.slice(nameStart, at).toLowerCase()
    while (/\s/.test(html[at] ?? '')) at++
    let value = ''
    if (html[at] === '=') {
      at++
      while (/\s/.test(html[at] ?? '')) at++
      const quote = html[at]
      if (quote === '"' || quote === "'") {
        const close = html.indexOf(quote, at + 1)
        if (close < 0) return null
        value = html.slice(at + 1, close)
        at = close + 1
      } else {
        const from = at
        while (at < html.length && !/[\s>]/.test(html[at] ?? '')) at++
        value = html.slice(from, at)
      }
    } else if (at === nameStart) at++
    if (name !== '' && !Object.hasOwn(attributes, name)) attributes[name] = decodeEntities(value)
  }
  return { name: (named[1] ?? '').toLowerCase(), attributes, start, end: at + 1 }
}

/** Offset of the closing tag of that name from `from` on, or -1. */
export function closingTag(html: string, name: string, from: number): number {
  const pattern = new RegExp(`</${name}\\s*>`, 'gi')
  pattern.lastIndex = from
  return pattern.exec(html)?.index ?? -1
}
