import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Limits are there to end what hangs, not to time it: a busy machine may take ten times as long. */
const limits = { testTimeout: 60_000, hookTimeout: 60_000 }

/** For the servers and threads that tests start from their sources, as `npm start` has it (runtimes/compile-cache.js). */
const env = { NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache') }

/** Suites that need more than npm, or much time, each a folder; `.ci/run` runs them one by one, and so it does the browser's. */
const slower = ['image', 'nginx', 'beanstalk', 'python', 'emulators', 'docs', 'lambda', 'account', 'clients']

/** These install and build before they test, one file after another: the first makes what the others use. */
const patient = { testTimeout: 300_000, hookTimeout: 300_000, fileParallelism: false }

/** Where a run leaves its counts as JSON, beside what it prints. */
const report = process.env.TEST_REPORT

export default defineConfig({
  test: {
    // many tests wait for processes and clocks: of two cores none is left over for vitest itself
    maxWorkers: 2,
    reporters: report === undefined ? ['default'] : ['default', ['json', { outputFile: report }]],
    projects: [
      {
        test: {
          ...limits,
          env,
          name: 'unit',
          include: ['**/*.test.ts'],
          exclude: ['browser', ...slower].map(folder => `${folder}/**`),
        },
      },
      {
        test: {
          ...patient,
          env,
          name: 'browser',
          include: ['browser/**/*.test.ts'],
          globalSetup: 'browser/global-setup.ts',
        },
      },
      ...slower.map(name => ({ test: { ...patient, env, name, include: [`${name}/**/*.test.ts`] } })),
    ],
  },
})
