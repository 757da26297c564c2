import { createHash } from 'node:crypto'
import { openApiPath, tagOf } from './openapi-path.ts'
import type { Route } from './route.ts'
import { schemaText } from './schema-text.ts'

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#22201c, #ece7dc); --soft: light-dark(#6b655b, #a59d8f); --paper: light-dark(#fbf9f4, #1b1916); --line: light-dark(#ddd6c8, #39352e); --accent: light-dark(#7a4a1e, #dfa468); }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1rem 6rem; max-width: 60rem; background: var(--paper); color: var(--ink); font: 1rem/1.55 system-ui, sans-serif }
h1, h2 { font-family: Georgia, serif; font-weight: 600 } h3 { margin: .75rem 0 .25rem; font-size: .875rem } h2 { margin-top: 2.5rem; text-transform: capitalize }
a { color: var(--accent) } nav { display: flex; flex-wrap: wrap; gap: .25rem 1rem }
details { border-top: 1px solid var(--line); padding: .6rem 0 } summary { cursor: pointer; overflow-wrap: anywhere }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px }
code, pre { font: .875rem/1.5 ui-monospace, monospace } pre { overflow-x: auto; border: 1px solid var(--line); border-radius: 6px; padding: .75rem }
.method { display: inline-block; min-width: 4.5rem; font-weight: 700; color: var(--accent) } .soft { color: var(--soft) }
`
const CSP = `default-src 'none'; style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

/** The API as one HTML page, built from the routes and their OpenAPI document. Loads nothing from anywhere. */
export function docsPage(routes: readonly Route[], document: Record<string, unknown>): Response {
  const groups = Map.groupBy(routes, (route) => tagOf(route.path))
  const names = [...groups.keys()].sort()
  const body = names
    .map(
      (name) =>
        `<h2 id="${escape(name)}">${escape(name)}</h2>${(groups.get(name) ?? []).map((route) => entry(route, document)).join('')}`,
    )
    .join('')
  const html = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>The Loom: API</title><style>${STYLE}</style></head><body><main><h1>The Loom: API</h1>
<p>Every address of this server. The same as <a href="/api/openapi.json">OpenAPI 3.1</a> for programs. Refusals are problem JSON (RFC 9457) with a stable <code>code</code> and the <code>requestId</code> that also stands in the log.</p>
<nav aria-label="Groups">${names.map((name) => `<a href="#${escape(name)}">${escape(name)}</a>`).join('')}</nav>
${body}</main></body></html>`
  return new Response(html, { headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': CSP } })
}

function entry(route: Route, document: Record<string, unknown>): string {
  const operation = at(document, 'paths', openApiPath(route.path), route.method)
  const answer = at(
    operation,
    'responses',
    String(route.response || route.produces.length > 0 ? route.status : 204),
    'content',
  )
  const parts: readonly (readonly [string, string])[] = [
    ['Parameters', parametersText(at(operation, 'parameters'), document)],
    ['Body', contentText(at(operation, 'requestBody', 'content'), document)],
    ['Answer', answer === undefined ? '204, no content' : contentText(answer, document)],
  ]
  const shown = parts
    .filter(([, text]) => text !== '')
    .map(([title, text]) => `<h3>${title}</h3><pre tabindex="0">${escape(text)}</pre>`)
    .join('')
  return `<details><summary><span class="method">${route.method.toUpperCase()}</span><code>${escape(route.path)}</code><br><span class="soft">${escape(route.summary)}</span></summary>
<p class="soft">Permission <code>${route.permission}</code>, rate class <code>${route.rate}</code>.</p>${shown}</details>`
}

function parametersText(parameters: unknown, document: Record<string, unknown>): string {
  if (!Array.isArray(parameters)) return ''
  return parameters
    .map((one: unknown) => {
      const optional = at(one, 'required') === true ? '' : '?'
      return `${String(at(one, 'name'))}${optional}: ${schemaText(at(one, 'schema'), document)}   in ${String(at(one, 'in'))}`
    })
    .join('\n')
}

/** JSON by its shape, anything else by its content type. */
function contentText(content: unknown, document: Record<string, unknown>): string {
  if (typeof content !== 'object' || content === null) return ''
  return Object.entries(content)
    .map(([type, media]) => {
      const text = schemaText(at(media, 'schema'), document)
      return type !== 'application/json' || text === 'anything' ? type : text
    })
    .join('\n')
}

function at(value: unknown, ...path: readonly string[]): unknown {
  let current = value
  for (const key of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Object.entries(current).find(([name]) => name === key)?.[1]
  }
  return current
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
