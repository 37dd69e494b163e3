import { defineConfig } from 'vitest/config'

/** Where a run leaves its counts as JSON, beside what it prints. */
const report = process.env.TEST_REPORT

export default defineConfig({
  test: {
    include: ['tests/*.test.ts'],
    // the CDK takes most of a run to load: once is enough
    isolate: false,
    maxWorkers: 1,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
  },
})
