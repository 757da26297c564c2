// npm run loom -- <command>: the command line on the same code as the program.
import { ensureGenerated, ensureNode, ensurePackages, root, runProgram } from './bootstrap.mjs'

const from = process.cwd()
process.chdir(root)
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
// File arguments are meant from where the person stands; npm keeps that folder in INIT_CWD.
process.chdir(process.env.INIT_CWD ?? from)
process.env.LOOM_DATA_DIR ??= `${root}/.loom`
await runProgram(node, 'workers/cli.ts', process.argv.slice(2))
