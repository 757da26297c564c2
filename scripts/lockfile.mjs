// After `npm install`:  node scripts/lockfile.mjs
// npm leaves packages of other systems out of the lockfile when the registry at hand does not carry them, and `npm ci`
// then refuses on every machine. This writes their entries (exact version as their parent asks for it) back in.
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const file = join(dirname(dirname(fileURLToPath(import.meta.url))), 'package-lock.json')
const SYSTEMS = ['android', 'darwin', 'freebsd', 'linux', 'netbsd', 'openbsd', 'openharmony', 'sunos', 'aix', 'win32']
const PROCESSORS = ['arm64', 'x64', 'ia32', 'arm', 'ppc64', 'riscv64', 's390x', 'loong64', 'wasm32', 'mips64el']

/** Optional packages that a lockfile's packages ask for and that have no entry: [{ name, version, parent }]. */
export function missingOptional(lockfile) {
  const missing = new Map()
  for (const [path, entry] of Object.entries(lockfile.packages)) {
    for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
      if (!found(lockfile.packages, path, name)) missing.set(name, { name, version, parent: path })
    }
  }
  return [...missing.values()]
}

function found(packages, from, name) {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf('node_modules/') - 1))) {
    if (packages[`${at === '' ? '' : `${at}/`}node_modules/${name}`]) return true
    if (at === '') return false
  }
}

function entryOf({ name, version }) {
  const words = name.split('/').at(-1).split('-')
  const has = (list) => list.filter((word) => words.includes(word))
  const os = has(SYSTEMS)
  const cpu = has(PROCESSORS)
  return { version, ...(cpu.length > 0 ? { cpu } : {}), optional: true, ...(os.length > 0 ? { os } : {}) }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lockfile = JSON.parse(readFileSync(file, 'utf8'))
  const added = missingOptional(lockfile)
  for (const one of added) {
    if (!/^\d+\.\d+\.\d+/.test(one.version))
      throw new Error(`${one.parent} asks for ${one.name} ${one.version}, which is not one version`)
    lockfile.packages[`node_modules/${one.name}`] = entryOf(one)
  }
  lockfile.packages = Object.fromEntries(Object.entries(lockfile.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  writeFileSync(file, `${JSON.stringify(lockfile, null, 2)}\n`)
  console.log(
    added.length === 0 ? 'nothing was missing' : added.map((one) => `added ${one.name} ${one.version}`).join('\n'),
  )
}
