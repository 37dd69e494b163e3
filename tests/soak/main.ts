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

/** How fast a machine is that others use as well fails no build: there a speed is told and not judged. */
const isJudged = ({ isSpeed = false }: Check): boolean => !isSpeed || process.env.CI === undefined

const files = readdirSync(import.meta.dirname).filter(file => file.endsWith('.soak.ts'))
const checks: Check[] = []
for (const file of files) {
  const { default: soak } = (await import(pathToFileURL(join(import.meta.dirname, file)).href)) as { default: Soak }
  if (flags.only !== undefined && flags.only !== soak.name) continue
  say(`${soak.name}: ${seconds} s`)
  for (const check of await soak.run(seconds, line => say(`  ${line}`))) {
    checks.push(check)
    const verdict = check.holds ? 'holds' : isJudged(check) ? 'DOES NOT HOLD' : 'does not hold on this machine'
    console.log(`${verdict}  ${soak.name}: ${check.promise}: ${check.measured}`)
  }
}

const judged = checks.filter(isJudged)
const held = judged.filter(({ holds }) => holds).length
console.log(`${held} of ${judged.length} hold`)
// the results as `.ci/run` reads them of every suite
if (process.env.TEST_REPORT !== undefined)
  writeFileSync(
    process.env.TEST_REPORT,
    JSON.stringify({
      numTotalTests: judged.length,
      numPassedTests: held,
      testResults: [
        {
          name: 'soak',
          assertionResults: judged.map(({ promise, measured, holds }) => ({
            status: holds ? 'passed' : 'failed',
            fullName: promise,
            failureMessages: [measured],
          })),
        },
      ],
    }),
  )
process.exitCode = held === judged.length && judged.length > 0 ? 0 : 1
