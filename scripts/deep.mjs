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
/** What would end the fuzzer's own session, streams without end, what waits for work, and the workers' door, which is asked with their key. */
const LEFT =
  'sign-out|auth/refresh|auth/sessions|auth/password|auth/delete-me|auth/oidc|runs/\\{runId\\}/events|worker/v1'

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

/** Schemathesis over the OpenAPI document of a real server, as its owner and at the workers' door as a worker. */
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
    const { origin, cookie, workerKey, ...made } = JSON.parse(line)
    writeFileSync(join(root, '.cache/schemathesis.toml'), existingThings(made))
    const asOwner = ['-H', `Cookie: ${cookie}`, '-H', `Origin: ${origin}`, '--exclude-path-regex', LEFT]
    const asWorker = [
      '-H',
      `Authorization: Bearer ${workerKey}`,
      '--include-path-regex',
      'worker/v1',
      '--exclude-path-regex',
      'claim',
    ]
    const counted = [fuzz(python, origin, asOwner), fuzz(python, origin, asWorker)]
    const sum = (name) => counted.reduce((all, one) => all + one[name], 0)
    const figuresOfApi = { operations: sum('operations'), cases: sum('cases'), findings: sum('findings') }
    writeFileSync(join(figures, 'api.json'), `${JSON.stringify(figuresOfApi, null, 2)}\n`)
  } finally {
    server.stdin.end()
  }
}

/** Ids of what exists, so that requests get past "there is no such story". A story of its own goes into the trash and out. */
function existingThings({ storyId, spareId, scenes }) {
  return [
    '[parameters]',
    `"path.storyId" = "${storyId}"`,
    `"path.sceneId" = ${JSON.stringify(scenes)}`,
    '[[operations]]',
    'include-name = ["DELETE /api/stories/{storyId}", "POST /api/stories/{storyId}/restore", "POST /api/stories/{storyId}/leave"]',
    `parameters = { "path.storyId" = "${spareId}" }`,
    '',
  ].join('\n')
}

function fuzz(python, origin, who) {
  const checks = [
    'not_a_server_error',
    'status_code_conformance',
    'content_type_conformance',
    'response_schema_conformance',
    'unsupported_method',
    'ignored_auth',
  ]
  const report = join(root, '.cache/deep-api.json')
  rmSync(report, { force: true })
  const args = [
    ...['-m', 'schemathesis.cli', 'run', `${origin}/api/openapi.json`, ...who],
    ...['-n', process.env.LOOM_FUZZ_API_CASES ?? '200', '--checks', checks.join(',')],
    ...['--phases', 'examples,coverage,fuzzing,stateful', '--continue-on-failure', '--no-shrink'],
    // Names have rules that few random texts keep; that says nothing of the answers.
    ...['--suppress-health-check', 'filter_too_much', '--report', 'json', '--report-json-path', report],
  ]
  const { status } = spawnSync(python, args, { cwd: join(root, '.cache'), stdio: 'inherit' })
  if (status === 0) total.passed++
  else total.failed++
  const summary = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : null
  return {
    operations: summary?.operations.tested ?? 0,
    cases: summary?.test_cases.generated ?? 0,
    findings: summary?.test_cases.unique_failures ?? 0,
  }
}

function lineOf(child) {
  const lines = createInterface({ input: child.stdout })
  return new Promise((resolve) => lines.once('line', (line) => resolve([line])))
}

function endOf(child) {
  return new Promise((_, reject) => child.once('exit', (code) => reject(new Error(`the server ended with ${code}`))))
}
