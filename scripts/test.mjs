// npm test: sets up what tests need and runs everything. The last line is `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuild, ensureGenerated, ensureNode, ensurePackages, root, say } from './bootstrap.mjs'
import { checkSteps, runStep } from './checks.mjs'
import { ensureChromium } from './chromium.mjs'
import { ensurePython } from './python.mjs'

process.chdir(root)
const total = { passed: 0, failed: 0, skipped: [], flaky: [] }
const reports = join(root, '.cache/test')

const node = ensureNode()
ensurePackages()
ensureGenerated(node)
const { python, missing: noPython } = ensurePython()
const { chromium, missing: noChromium } = ensureChromium()
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })

const env = { ...process.env, TEST_COUNTS_FILE: join(reports, 'vitest.json') }
if (python) env.TEST_PYTHON = python
else env.TEST_NO_PYTHON = noPython
if (chromium) env.CHROMIUM_PATH = chromium
for (const name of ['LOOM_PORT', 'LOOM_HOST', 'LOOM_DATA_DIR', 'LOOM_PUBLIC_URL']) delete env[name]

checks()
units()
pythonTests()
browserTests()

for (const { name, reason } of total.skipped) say(`skipped: ${name}: ${reason ?? reasonInTitle(name)}`)
for (const name of total.flaky) say(`flaky: ${name}: failed once, then passed`)
process.exitCode = total.failed === 0 ? 0 : 1
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped.length} skipped`)

function checks() {
  heading('checks')
  for (const step of checkSteps(node, python ?? null)) count(runStep(step).ok)
}

function units() {
  heading('unit, contract, integration and fuzz tests')
  const { status } = tool(join(root, 'node_modules/vitest/vitest.mjs'), [
    'run',
    '--reporter=default',
    `--reporter=${join(root, 'scripts/vitest-counts.mjs')}`,
  ])
  const counts = readJson('vitest.json')
  if (!counts) return broken('vitest ended without a report')
  add(counts)
  if (counts.crashed || (status !== 0 && counts.failed === 0)) broken('vitest stumbled outside the tests')
  if (counts.passed + counts.failed === 0) broken('vitest ran no tests')
}

function pythonTests() {
  heading('Python tests')
  if (!python) return void total.skipped.push({ name: 'all tests and checks of workers/gpu', reason: noPython })
  const report = join(reports, 'pytest.xml')
  const cwd = join(root, 'workers/gpu')
  const { status } = spawnSync(python, ['-m', 'pytest', '-q', `--junit-xml=${report}`], { cwd, env, stdio: 'inherit' })
  if (!existsSync(report)) return broken('pytest ended without a report')
  const xml = readFileSync(report, 'utf8')
  const cases = [...xml.matchAll(/<testcase classname="([^"]*)" name="([^"]*)"[^>]*?(\/>|>([\s\S]*?)<\/testcase>)/g)]
  for (const [, file, name, , inner = ''] of cases) {
    const skip = /<skipped[^>]*message="([^"]*)"/.exec(inner)
    if (skip) total.skipped.push({ name: `${file} > ${name}`, reason: plain(skip[1]) })
    else count(!/<(failure|error)\b/.test(inner))
  }
  if (cases.length === 0) broken('pytest ran no tests')
  if (status !== 0 && !/<(failure|error)\b/.test(xml)) broken('pytest stumbled outside the tests')
}

function browserTests() {
  heading('browser tests')
  const cli = join(root, 'node_modules/@playwright/test/cli.js')
  env.PLAYWRIGHT_JSON_OUTPUT_FILE = join(reports, 'playwright.json')
  if (!chromium) {
    tool(cli, ['test', '--list', '--reporter=json'], 'ignore')
    for (const name of playwrightTests(readJson('playwright.json')).map((one) => one.name)) {
      total.skipped.push({ name, reason: noChromium })
    }
    return
  }
  ensureBuild(node)
  const { status } = tool(cli, ['test', '--reporter=list,json'])
  const report = readJson('playwright.json')
  if (!report) return broken('playwright ended without a report')
  const tests = playwrightTests(report)
  for (const { name, status: outcome, reason } of tests) {
    if (outcome === 'skipped') total.skipped.push({ name, reason })
    else count(outcome === 'expected' || outcome === 'flaky')
    if (outcome === 'flaky') total.flaky.push(name)
  }
  if (tests.length === 0) broken('playwright ran no tests')
  if (report.errors.length > 0 || (status !== 0 && tests.every((one) => one.status !== 'unexpected'))) {
    broken('playwright stumbled outside the tests')
  }
}

function playwrightTests(report) {
  const found = []
  const visit = (suite, titles) => {
    for (const spec of suite.specs ?? []) {
      for (const test of spec.tests) {
        const reason = test.annotations.find((note) => note.type === 'skip' || note.type === 'fixme')?.description
        found.push({ name: [...titles, spec.title].join(' > '), status: test.status, reason })
      }
    }
    for (const inner of suite.suites ?? []) visit(inner, [...titles, inner.title])
  }
  for (const suite of report?.suites ?? []) visit(suite, [suite.title])
  return found
}

function tool(file, args, stdio = 'inherit') {
  return spawnSync(node, [file, ...args], { cwd: root, env, stdio })
}

function readJson(name) {
  const file = join(reports, name)
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null
}

function add(counts) {
  total.passed += counts.passed
  total.failed += counts.failed
  total.skipped.push(...counts.skipped)
}

function count(ok) {
  if (ok) total.passed++
  else total.failed++
}

function broken(what) {
  total.failed++
  say(`FAIL ${what}`)
}

/** Vitest knows no reason for a conditional skip; by our habit it stands in the title, in brackets. */
function reasonInTitle(name) {
  return /\(([^()]*skip[^()]*|needs [^()]*)\)/i.exec(name)?.[1] ?? 'no reason given'
}

function heading(text) {
  say(`\n== ${text}`)
}

function plain(xml) {
  return xml.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
}
