import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import type { Check, Soak } from './soak.ts'

// Runs every soak of this folder: ten minutes each, or as many as --minutes says. Exit code 1 where something does not hold.

const { values: flags } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, only: { type: 'string' } },
})
const seconds = Number(flags.minutes) * 60
const say = (line: string): void => void process.stderr.write(`${line}\n`)

const files = readdirSync(import.meta.dirname).filter(file => file.endsWith('.soak.ts'))
const checks: Check[] = []
for (const file of files) {
  const { default: soak } = (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { default: Soak }
  if (flags.only !== undefined && flags.only !== soak.name) continue
  say(`${soak.name}: ${seconds} s`)
  for (const check of await soak.run(seconds, line => say(`  ${line}`))) {
    checks.push(check)
    console.log(`${check.holds ? 'holds' : 'DOES NOT HOLD'}  ${soak.name}: ${check.promise}: ${check.measured}`)
  }
}

const held = checks.filter(({ holds }) => holds).length
console.log(`${held} of ${checks.length} hold`)
// the results as `.ci/run` reads them of every suite
if (process.env.TEST_REPORT !== undefined)
  writeFileSync(
    process.env.TEST_REPORT,
    JSON.stringify({
      numTotalTests: checks.length,
      numPassedTests: held,
      testResults: [
        {
          name: 'soak',
          assertionResults: checks.map(({ promise, measured, holds }) => ({
            status: holds ? 'passed' : 'failed',
            fullName: promise,
            failureMessages: [measured],
          })),
        },
      ],
    }),
  )
process.exitCode = held === checks.length && checks.length > 0 ? 0 : 1
