// Generates both Prisma clients into generated/. Works offline: Prisma 7 wants a schema engine even for `generate`,
// never starts it there, and any existing executable satisfies it.
//   node scripts/generate.mjs
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Generates the clients of app.db and events.db. Throws with Prisma's own output when a schema is wrong. */
export function generate() {
  for (const name of ['app', 'events']) {
    if (!existsSync(join(root, 'prisma', name, 'schema.prisma')))
      throw new Error(`prisma/${name}/schema.prisma is missing`)
    try {
      execFileSync(
        process.execPath,
        [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--no-hints', '--schema', join('prisma', name)],
        {
          cwd: root,
          stdio: 'pipe',
          env: {
            ...process.env,
            PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
            CHECKPOINT_DISABLE: '1',
            PRISMA_HIDE_UPDATE_MESSAGE: '1',
            NO_COLOR: '1',
          },
        },
      )
    } catch (cause) {
      const said = `${cause.stdout ?? ''}${cause.stderr ?? cause.message}`
      throw new Error(`prisma/${name} could not be generated:\n${said}`, { cause })
    }
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) generate()
