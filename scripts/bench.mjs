// npm run bench [name]: speed figures beside their references, as a table and as .cache/bench.json.
import { ensureBuild, ensureGenerated, ensureNode, ensurePackages, root, runProgram } from './bootstrap.mjs'

process.chdir(root)
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
ensureBuild(node)
await runProgram(node, 'tests/bench/run.ts', process.argv.slice(2))
