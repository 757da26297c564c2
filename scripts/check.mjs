// npm run check: format, lint, types, import rules, circles, dead exports, generated files, Python's equivalents.
import { ensureGenerated, ensureNode, ensurePackages, root } from './bootstrap.mjs'
import { checkSteps, runStep } from './checks.mjs'
import { ensurePython } from './python.mjs'

process.chdir(root)
const node = ensureNode()
ensurePackages()
ensureGenerated(node)
const { python = null, missing } = ensurePython()
const results = checkSteps(node, python).map(runStep)
if (missing) console.log(`FAIL python             ${missing}`)
const failed = results.filter((step) => !step.ok).length + (missing ? 1 : 0)
console.log(failed === 0 ? 'All checks passed.' : `${failed} checks failed.`)
process.exitCode = failed === 0 ? 0 : 1
