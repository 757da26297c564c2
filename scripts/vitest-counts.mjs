// Vitest reporter that writes what `npm test` needs: counts, and every skip with its reason.
import { writeFileSync } from 'node:fs'

/** Collects results and writes them to the file named by TEST_COUNTS_FILE when the run ends. */
export default class Counts {
  onTestRunEnd(modules, errors, reason) {
    const counts = { passed: 0, failed: 0, skipped: [], crashed: errors.length > 0 || reason === 'interrupted' }
    for (const module of modules) {
      // A file that could not even be loaded has no tests; it counts as one failure.
      if (module.state() === 'failed' && [...module.children.allTests()].length === 0) counts.failed++
      for (const test of module.children.allTests()) {
        const { state, note } = test.result()
        if (state === 'passed') counts.passed++
        else if (state === 'failed') counts.failed++
        else counts.skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: note ?? null })
      }
    }
    writeFileSync(process.env.TEST_COUNTS_FILE, JSON.stringify(counts))
  }
}
