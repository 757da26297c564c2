// npm run loom -- <command>: the command line on the same code as the program.
import { resolve } from 'node:path'
import { ensureGenerated, ensureNode, ensurePackages, root, runProgram } from './bootstrap.mjs'

const from = process.cwd()
process.chdir(root)
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
// File arguments are meant from where the person stands; npm keeps that folder in INIT_CWD.
process.chdir(process.env.INIT_CWD ?? from)
// The data folder is the one `npm start` uses: what is relative lies in the project's folder.
if (process.env.LOOM_DATA_DIR?.trim() !== '')
  process.env.LOOM_DATA_DIR = resolve(root, process.env.LOOM_DATA_DIR ?? '.loom')
await runProgram(node, 'workers/cli.ts', process.argv.slice(2))
