import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'

/** The modules of the playable page, in the order of use. They import only each other, types aside. */
const MODULES = [
  '../../kernel/random.ts',
  '../../kernel/links.ts',
  '../../story/evaluate.ts',
  '../../story/play.ts',
  '../../client/play-page.ts',
] as const

let script: string | null = null

/**
 * The playable page's script: the interpreter's own modules with their types stripped, joined in one closed scope. The
 * app, the tests and the page thus run the same code. Throws when a module imports something that is not inlined, or two
 * declare one name.
 */
export function playerScript(): string {
  script ??= `(()=>{'use strict';\n${joined(MODULES.map(inlined))}\n})()`
  // A closing tag inside a string would end the element the script stands in.
  return script.replace(/<\/script/gi, '<\\/script')
}

/** One scope for all: a name two modules declare would silently be the later one's. Throws instead. */
function joined(modules: readonly string[]): string {
  const names = modules.flatMap((body) =>
    [...body.matchAll(/^(?:async )?(?:function|const|let|class) (\w+)/gm)].map((found) => found[1]),
  )
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) throw new Error(`two modules of the playable page declare ${twice}`)
  return modules.join('\n')
}

function inlined(path: (typeof MODULES)[number]): string {
  const source = stripTypeScriptTypes(readFileSync(new URL(path, import.meta.url), 'utf8'))
  const known = MODULES.map((module) => module.split('/').at(-1))
  const body = source.replace(/^import\s[^'"]*from\s+'([^']+)'[ \t]*$/gm, (_line, from: string) => {
    if (!known.includes(from.split('/').at(-1) as (typeof known)[number]))
      throw new Error(`${path} imports ${from}, which is not inlined`)
    return ''
  })
  // Comments and blanks left by the stripped types are of no use to a reader of the page.
  return body
    .replace(/^export\s+/gm, '')
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\s*$/gm, '')
    .replace(/^\s*\/\/.*$/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n')
}
