// What `npm start`, `npm test` and the others share: the right Node, the packages, the generated clients, the build.
// Runs on any Node >= 18 and imports nothing that is not built in. Every step is skipped when its stamp still fits.
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import module from 'node:module'
import { dirname, join, relative } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { compressBelow } from './compress.mjs'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** The Node this project runs on; older ones get it from npm. The floor is that of its security fixes. */
const NODE_VERSION = '24.21.0'
const NODE_FLOOR = [24, 18, 1]

/** Path of a Node that is new enough: the running one, or one from npm in .toolchain (installed once). */
export function ensureNode() {
  if (atLeast(process.versions.node, NODE_FLOOR)) return process.execPath
  const system = { win32: 'win', darwin: 'darwin', linux: 'linux' }[process.platform]
  const name = `node-${system}-${process.arch}`
  const binary = join(root, '.toolchain/node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  if (!existsSync(binary) || !atLeast(versionOf(binary), NODE_FLOOR)) {
    say(`This machine has Node ${process.versions.node}; fetching Node ${NODE_VERSION} for this project (once).`)
    const folder = join(root, '.toolchain')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    npm(
      [
        'install',
        '--prefix',
        folder,
        '--no-save',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        `${name}@${NODE_VERSION}`,
      ],
      folder,
    )
  }
  return binary
}

/** Installs the packages of the lockfile when they are not the installed ones. */
export function ensurePackages() {
  const lockfile = readFileSync(join(root, 'package-lock.json'))
  const stamp = join(root, 'node_modules/.loom-stamp')
  const wanted = hash([lockfile, process.platform, process.arch])
  if (readIf(stamp) === wanted) return
  if (!installedFits(JSON.parse(lockfile.toString('utf8')))) {
    say('Installing packages (once, about a minute).')
    npm(['ci', '--include=dev', '--no-audit', '--no-fund'], root)
  }
  writeFileSync(stamp, wanted)
}

/** Generates the database client when a schema changed. */
export function ensureGenerated(node) {
  const stamp = join(root, 'generated/.loom-stamp')
  const wanted = hash([
    readFileSync(join(root, 'node_modules/prisma/package.json')),
    ...contents(['prisma'], /\.prisma$/),
  ])
  if (readIf(stamp) === wanted && existsSync(join(root, 'generated/app/client.ts'))) return
  say('Generating the database client.')
  run(node, [join(root, 'scripts/generate.mjs')])
  writeFileSync(stamp, wanted)
}

/** Builds the pages when anything they are made of changed. */
export function ensureBuild(node) {
  const stamp = join(root, '.next/loom-stamp')
  const wanted = hash([
    readFileSync(join(root, 'package-lock.json')),
    ...contents(
      ['app', 'components', 'stores', 'lib', 'public', 'next.config.mjs', 'postcss.config.mjs', 'tsconfig.json'],
      /^(?!.*\.test\.tsx?$)/,
      ['lib/server'],
    ),
  ])
  if (readIf(stamp) === wanted && existsSync(join(root, '.next/BUILD_ID'))) return
  say('Building the pages (after each update, about a minute).')
  run(node, [join(root, 'node_modules/next/dist/bin/next'), 'build'], {
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  })
  compressBelow(join(root, '.next/static'))
  writeFileSync(stamp, wanted)
}

/**
 * Runs a TypeScript or JavaScript file of this project on `node`: in this process when it is new enough already, else in
 * a child whose signals and exit code are passed on. Resolves when the file has been loaded or the child has ended.
 */
export async function runProgram(node, file, args = []) {
  const compiled = join(root, '.cache/node')
  if (node === process.execPath) {
    // Keeps compiled code between starts: a warm start is mostly loading.
    module.enableCompileCache?.(compiled)
    process.argv = [node, join(root, file), ...args]
    await import(pathToFileURL(join(root, file)).href)
    return
  }
  const child = spawn(node, [join(root, file), ...args], {
    cwd: process.cwd(),
    stdio: 'inherit',
    env: { ...process.env, NODE_COMPILE_CACHE: compiled },
  })
  // Ctrl-C reaches the child by itself, as part of the same terminal; a second copy would count as "now, at once".
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  await new Promise((resolve) =>
    child.on('exit', (code, signal) => {
      process.exitCode = signal ? 1 : (code ?? 1)
      resolve()
    }),
  )
}

/**
 * Stops this process when whoever started it through npm is gone: npm starts a shell in between, and a signal to npm ends
 * that shell without reaching us. Without it a stopped `npm start` would keep the port and the data folder.
 */
export function stopWithParent() {
  if (!process.env.npm_lifecycle_event) return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, 500)
  timer.unref()
}

/** Prints one line of progress. */
export function say(text) {
  console.log(text)
}

function npm(args, cwd) {
  const script = process.env.npm_execpath
  const [command, before] =
    script && /\.c?js$/.test(script)
      ? [process.execPath, [script]]
      : [process.platform === 'win32' ? 'npm.cmd' : 'npm', []]
  try {
    execFileSync(command, [...before, ...args], {
      cwd,
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: command.endsWith('.cmd'),
      maxBuffer: 64 * 1024 * 1024,
      env: { ...process.env, npm_config_loglevel: 'error' },
    })
  } catch (cause) {
    console.error(`${cause.stderr ?? cause.message}`.trim().split('\n').slice(0, 40).join('\n'))
    console.error(`This step failed: npm ${args[0]}. Check the network connection and start again.`)
    process.exit(1)
  }
}

function run(node, args, env = {}) {
  try {
    execFileSync(node, args, { cwd: root, stdio: 'pipe', env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 })
  } catch (cause) {
    console.error(`${cause.stdout ?? ''}${cause.stderr ?? ''}`.trim())
    console.error(`This step failed: ${args.map((arg) => relative(root, arg) || arg).join(' ')}`)
    process.exit(1)
  }
}

/** True when npm's own note of what is installed names every package of the lockfile that this machine needs. */
function installedFits(lockfile) {
  const note = readIf(join(root, 'node_modules/.package-lock.json'))
  if (!note) return false
  const installed = JSON.parse(note).packages
  return Object.entries(lockfile.packages).every(
    ([path, wanted]) => path === '' || wanted.optional || wanted.link || installed[path]?.version === wanted.version,
  )
}

function contents(paths, wanted, without = []) {
  const found = []
  function visit(path) {
    if (without.includes(path) || !existsSync(join(root, path))) return
    if (statSync(join(root, path)).isDirectory()) {
      for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`)
    } else if (wanted.test(path)) {
      found.push(path, readFileSync(join(root, path)))
    }
  }
  for (const path of paths) visit(path)
  return found
}

function hash(parts) {
  const sum = createHash('sha256')
  for (const part of parts) sum.update(part).update('\0')
  return sum.digest('hex')
}

function readIf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : null
}

function versionOf(binary) {
  return execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim().slice(1)
}

function atLeast(version, floor) {
  const parts = version.split('.').map(Number)
  for (let i = 0; i < 3; i++) if (parts[i] !== floor[i]) return parts[i] > floor[i]
  return true
}
