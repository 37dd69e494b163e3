import { defineConfig } from 'vitest/config'

/** Suites that hold our figures against Python's; `npm run test:python`. */
// one file after another: the first one makes the environment that all use
export default defineConfig({
  test: { include: ['python/*.parity.ts'], fileParallelism: false, hookTimeout: 300_000, testTimeout: 300_000 },
})
