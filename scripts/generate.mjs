// Generates the Prisma client of app.db into generated/. Works offline: Prisma 7 wants a schema engine even for `generate`,
// never starts it there, and any existing executable satisfies it.
//   node scripts/generate.mjs
import { execFileSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Generates the client of app.db. Throws with Prisma's own output when the schema is wrong. */
export function generate() {
  try {
    execFileSync(
      process.execPath,
      [join(root, 'node_modules/prisma/build/index.js'), 'generate', '--no-hints', '--schema', 'prisma/app'],
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
    throw new Error(`prisma/app could not be generated:\n${cause.stdout ?? ''}${cause.stderr ?? cause.message}`, {
      cause,
    })
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) generate()
