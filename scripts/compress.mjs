// Zips what the build made, once, so that the server need not at every request.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const WORTH_IT = /\.(?:js|css|svg|json|txt)$/

/** Puts a `.gz` beside each text file below the folder, where that is smaller. */
export function compressBelow(folder) {
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name)
    if (!WORTH_IT.test(name) || !statSync(path).isFile()) continue
    const plain = readFileSync(path)
    const zipped = gzipSync(plain, { level: 9 })
    if (zipped.length < plain.length) writeFileSync(`${path}.gz`, zipped)
  }
}
