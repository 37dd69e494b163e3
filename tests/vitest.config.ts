import { defineConfig } from 'vitest/config'

/** Limits are there to end what hangs, not to time it: a busy machine may take ten times as long. */
export default defineConfig({ test: { testTimeout: 60_000, hookTimeout: 60_000 } })
