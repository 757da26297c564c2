import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

// Rules stand in SPEC.md files, as `- XX1 ...`, `- **XX1** ...` or a row of a table; tests name them in their titles: `[XX1]`.
// A speed is named by its bench, because no test is timed.

const root = join(import.meta.dirname, '../..')
const RULE = /^(?:-|\|) (?:\*\*)?([A-Z]{1,2}\d+)\b/gm
const NAMED = /\[([A-Z]{1,2}\d+)\]/g
/** Single letters also number the checks of the security and collaboration notes, so those are never unknown. */
const OURS_ALONE = /^[A-Z]{2}/

/** How texts of specs and of tests fit each other: rules that stand twice, rules no test names, names that are no rule. */
function compare(specs: readonly string[], tests: readonly string[]) {
  const found = (texts: readonly string[], what: RegExp) =>
    texts.flatMap((text) => [...text.matchAll(what)].map(([, number = '']) => number))
  const rules = found(specs, RULE)
  const known = new Set(rules)
  const named = new Set(found(tests, NAMED))
  const prefixes = new Set(rules.flatMap((rule) => OURS_ALONE.exec(rule) ?? []))
  return {
    twice: rules.filter((rule, at) => rules.indexOf(rule) !== at),
    untested: rules.filter((rule) => !named.has(rule)),
    unknown: [...named].filter((name) => !known.has(name) && prefixes.has(OURS_ALONE.exec(name)?.[0] ?? '')),
  }
}

function textsOf(...patterns: string[]): string[] {
  const paths = globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' || name.startsWith('.') })
  return paths.map((path) => readFileSync(join(root, path), 'utf8'))
}

test('every rule of a SPEC.md is named by the title of a test, and every rule that a title names is there', () => {
  const specs = textsOf('{lib,components,stores,workers}/**/SPEC.md')
  const tests = textsOf('{lib,components,stores,workers,prisma,scripts}/**/*.test.ts', 'tests/**/*.ts')
  expect([specs.length > 10, tests.length > 100]).toEqual([true, true])
  expect(compare(specs, tests)).toEqual({ twice: [], untested: [], unknown: [] })
})

test('a rule without a test, a number given twice and a title without a rule are found', () => {
  const specs = ['# Z\n\n- ZZ1 One.\n- **ZZ2** Two.\n\n| rule |\n| ZZ3 | Three. |\n', '- Q1 Four.\n- ZZ1 Again.\n']
  const tests = ["it('[ZZ2] two', ...)", '// ZZ1 is only spoken of here', "it('[Q7] [ZZ9] [YY4] others', ...)"]
  expect(compare(specs, tests)).toEqual({ twice: ['ZZ1'], untested: ['ZZ1', 'ZZ3', 'Q1', 'ZZ1'], unknown: ['ZZ9'] })
})
