import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{lib,stores,components,workers,prisma,scripts}/**/*.test.ts',
      'tests/{contract,integration,matrix,fuzz}/**/*.test.ts',
    ],
    // No measure of speed: only a test that hangs meets these, also on a slow and busy machine.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
