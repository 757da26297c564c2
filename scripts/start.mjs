// npm start: everything that is needed, then the program. A second start skips what is in place.
import {
  ensureBuild,
  ensureGenerated,
  ensureNode,
  ensurePackages,
  root,
  runProgram,
  stopWithParent,
} from './bootstrap.mjs'

process.chdir(root)
stopWithParent()
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
ensureBuild(node)
process.env.NODE_ENV = 'production'
await runProgram(node, 'workers/main.ts', process.argv.slice(2))
