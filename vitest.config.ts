import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{lib,stores,components,workers,prisma,scripts}/**/*.test.ts',
      'tests/{contract,integration,fuzz}/**/*.test.ts',
    ],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    pool: 'forks',
    maxWorkers: 2,
  },
})
