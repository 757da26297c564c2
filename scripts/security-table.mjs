// The security table of the README, from what the last run of the suites counted in .cache/security.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'

const BEGIN = '<!-- security table: node scripts/security-table.mjs -->'
const END = '<!-- end of the security table -->'

/** A suite that failed has written nothing, so its lines say "not run". */
const LINES = [
  [
    'Operations of the API, each against 12 kinds of asker',
    'http',
    ({ operations, cells }) => `${operations}: ${n(cells)} cells`,
  ],
  [
    'Scopes of keys, each against every operation',
    'http',
    ({ scopes, scopeCells }) => `${scopes}: ${n(scopeCells)} cells`,
  ],
  [
    'Policy cells flipped on purpose, all noticed',
    'http',
    ({ flippedCells }) => n(flippedCells + (read('sockets')?.flippedCells ?? 0) + (read('texts')?.flippedCells ?? 0)),
  ],
  [
    'Messages of both sockets against 12 kinds of asker',
    'sockets',
    ({ messages, cells }) =>
      `${messages + (read('texts')?.messages ?? 0)}: ${n(cells + (read('texts')?.cells ?? 0))} cells`,
  ],
  [
    'Damaged frames on /yjs and /socket.io',
    'frames-yjs',
    ({ frames }) => n(frames + (read('frames-socket-io')?.frames ?? 0)),
  ],
  ['Damaged files read by importers', 'imports', ({ importers, cases }) => `${importers}: ${n(cases)} files`],
  ['Generated API requests', 'api', ({ operations, cases }) => `${operations} operations: ${n(cases)} requests`],
  ['Findings of the API fuzzer', 'api', ({ findings }) => n(findings)],
]

/** Writes the table into README.md between its marks. */
export function writeSecurityTable() {
  const file = join(root, 'README.md')
  const text = readFileSync(file, 'utf8')
  const [head, rest] = text.split(BEGIN)
  const [, tail] = (rest ?? '').split(END)
  if (tail === undefined) throw new Error('README.md has no place for the security table')
  const rows = LINES.map(([what, suite, show]) => [what, read(suite) ? show(read(suite)) : 'not run'])
  const titles = ['what', 'in the last run']
  const width = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column].length)))
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(width[i])).join(' | ')} |`
  const table = [line(titles), `| ${width.map((w) => '-'.repeat(w)).join(' | ')} |`, ...rows.map(line)]
  writeFileSync(file, `${head}${BEGIN}\n\n${table.join('\n')}\n\n${END}${tail}`)
}

function read(suite) {
  const file = join(root, '.cache/security', `${suite}.json`)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

function n(number) {
  return number.toLocaleString('en')
}

if (import.meta.filename === process.argv[1]) writeSecurityTable()
