// npm run test:deep: the security fuzzers at their nightly size. `npm test` runs the same suites smaller.
// Environment: LOOM_FUZZ_API_CASES (200 per operation), LOOM_FUZZ_FRAMES (50,000), LOOM_FUZZ_CASES (10,000 per importer).
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ensureGenerated, ensureNode, ensurePackages, root, say } from './bootstrap.mjs'
import { ensurePython } from './python.mjs'
import { writeSecurityTable } from './security-table.mjs'

process.chdir(root)
const figures = join(root, '.cache/security')
const total = { passed: 0, failed: 0, skipped: 0 }
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
rmSync(figures, { recursive: true, force: true })
mkdirSync(figures, { recursive: true })

vitest()
await api()
writeSecurityTable()
process.exitCode = total.failed === 0 ? 0 : 1
say(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)

function vitest() {
  const report = join(root, '.cache/deep-vitest.json')
  rmSync(report, { force: true })
  const env = { LOOM_FUZZ_FRAMES: '50000', LOOM_FUZZ_CASES: '10000', ...process.env, TEST_COUNTS_FILE: report }
  const reporter = `--reporter=${join(root, 'scripts/vitest-counts.mjs')}`
  const args = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'tests/matrix', 'tests/fuzz', '--reporter=default']
  const { status } = spawnSync(node, [...args, reporter], { cwd: root, env, stdio: 'inherit' })
  const counts = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
  total.passed += counts?.passed ?? 0
  total.failed += counts?.failed ?? 0
  total.skipped += counts?.skipped.length ?? 0
  if (!counts || (status !== 0 && counts.failed === 0)) total.failed++
}

/** Schemathesis over the OpenAPI document of a real server, as its owner. */
async function api() {
  say('\n== the API against its own description')
  const { python, missing } = ensurePython({ venv: '.cache/deep-venv', lock: 'tests/deep/requirements.lock' })
  if (!python) {
    total.skipped++
    return say(`skipped: schemathesis: ${missing}`)
  }
  const server = spawn(node, [join(root, 'tests/support/server-process.ts')], {
    cwd: root,
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    const [line] = await Promise.race([lineOf(server), endOf(server)])
    const { origin, cookie } = JSON.parse(line)
    const report = join(root, '.cache/deep-api.json')
    rmSync(report, { force: true })
    const { status } = spawnSync(python, ['-m', 'schemathesis.cli', ...apiArguments(origin, cookie, report)], {
      cwd: join(root, '.cache'),
      stdio: 'inherit',
    })
    const summary = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
    if (status === 0) total.passed++
    else total.failed++
    if (!summary) return
    const { operations, test_cases: cases } = summary
    const counted = { operations: operations.tested, cases: cases.generated, findings: cases.unique_failures }
    writeFileSync(join(figures, 'api.json'), `${JSON.stringify(counted, null, 2)}\n`)
  } finally {
    server.stdin.end()
  }
}

function apiArguments(origin, cookie, report) {
  const checks = [
    'not_a_server_error',
    'status_code_conformance',
    'content_type_conformance',
    'response_schema_conformance',
    'unsupported_method',
    'ignored_auth',
  ]
  // What would end the fuzzer's own session, streams without end, and the workers' door, which wants a key of its own.
  const left =
    'sign-out|auth/refresh|auth/sessions|auth/password|auth/delete-me|auth/oidc|runs/\\{runId\\}/events|worker/v1'
  return [
    ...['run', `${origin}/api/openapi.json`, '-H', `Cookie: ${cookie}`, '-H', `Origin: ${origin}`],
    ...['-n', process.env.LOOM_FUZZ_API_CASES ?? '200', '--checks', checks.join(',')],
    ...['--phases', 'examples,coverage,fuzzing,stateful', '--exclude-path-regex', left],
    ...['--continue-on-failure', '--no-shrink', '--report', 'json', '--report-json-path', report],
  ]
}

function lineOf(child) {
  const lines = createInterface({ input: child.stdout })
  return new Promise((resolve) => lines.once('line', (line) => resolve([line])))
}

function endOf(child) {
  return new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`the server ended with ${code}`))))
}
