import { defineConfig } from 'vitest/config'

/** Suites that need more than npm, each a folder; `.ci/run` runs them one by one. */
const slower = ['image']

/** Where a run leaves its counts as JSON, beside what it prints. */
const report = process.env.TEST_REPORT

export default defineConfig({
  test: {
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      { test: { name: 'unit', include: ['**/*.test.ts'], exclude: slower.map(folder => `${folder}/**`) } },
      ...slower.map(name => ({ test: { name, include: [`${name}/**/*.test.ts`], hookTimeout: 60_000 } })),
    ],
  },
})
