// The checks that need no running program, one step each; used by `npm run check` and `npm test`.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { root } from './bootstrap.mjs'

const bin = (path) => join(root, 'node_modules', path)

/** The steps in order: name, command and where it runs. `python: null` leaves the Python steps out. */
export function checkSteps(node, python) {
  const js = (name, file, ...args) => ({ name, command: node, args: [file, ...args], cwd: root })
  const py = (name, ...args) => ({ name: `python ${name}`, command: python, args, cwd: join(root, 'workers/gpu') })
  return [
    js('format', bin('prettier/bin/prettier.cjs'), '--check', '--log-level=warn', '.'),
    js('lint', bin('eslint/bin/eslint.js'), '.', '--max-warnings=0'),
    js('types', bin('typescript/bin/tsc'), '--noEmit', '-p', '.'),
    js(
      'imports',
      bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config=.dependency-cruiser.cjs',
      ...['app', 'components', 'stores', 'lib', 'workers', 'tests', 'prisma', 'scripts'],
    ),
    js('dead exports', bin('knip/bin/knip.js'), '--no-progress', '--no-config-hints'),
    js('migrations', join(root, 'scripts/migration.mjs'), '--check'),
    js('worker contract', join(root, 'scripts/contract.mjs'), '--check'),
    ...(python
      ? [
          py('lint', '-m', 'ruff', 'check', '--quiet', '.'),
          py('format', '-m', 'ruff', 'format', '--quiet', '--check', '.'),
          py('types', '-m', 'mypy'),
          py('imports', '-c', 'from importlinter.cli import lint_imports_command as main; main()'),
        ]
      : []),
  ]
}

/** Runs one step. Answers `{ ok, seconds }`; what the tool said is printed when it failed. */
export function runStep({ name, command, args, cwd }) {
  const started = Date.now()
  const env = { ...process.env, NO_COLOR: '1', npm_config_loglevel: 'error' }
  const done = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, env })
  const ok = done.status === 0
  const seconds = (Date.now() - started) / 1000
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name.padEnd(18)} ${seconds.toFixed(1)} s`)
  if (!ok) console.log(`${done.stdout ?? ''}${done.stderr ?? ''}${done.error ? done.error.message : ''}`.trim())
  return { ok, seconds }
}
