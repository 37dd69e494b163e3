import { defineConfig } from 'vitest/config'

/** Suites that hold our figures against Python's; `npm run test:python`. */
export default defineConfig({
  test: { include: ['python/*.parity.ts'], hookTimeout: 300_000, testTimeout: 60_000 },
})
