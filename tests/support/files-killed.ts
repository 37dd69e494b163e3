import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { runCli } from './run-cli.ts'
import { temporaryFolder } from './temporary-folder.ts'

const churn = fileURLToPath(new URL('../../models/churn', import.meta.url))
const program = fileURLToPath(new URL('../../runtimes/cli/bin.js', import.meta.url))

/**
 * Scores a file of half a million rows, some of them bad, in runs that are killed with SIGKILL at random moments, each going on where the
 * one before was. The output and the errors must be the bytes of a run that nobody killed. Answers how often a run was killed.
 */
export async function proveKilledRunsGoOn(kills: number): Promise<number> {
  await using folder = await temporaryFolder()
  const path = (name: string): string => `${folder.path}/${name}`
  const [header = '', ...rows] = (await readFile(`${churn}/data/telco-churn.csv`, 'utf8')).trim().split('\n')
  const bad = (rows[0] as string).replace('Month-to-month', 'weekly')
  await writeFile(path('rows.csv'), `${header}\n${`${rows.join('\n')}\n${bad}\n`.repeat(75)}`)
  assert.equal((await runCli('score', churn, path('rows.csv'), '-o', path('whole.csv'))).code, 7)

  let killed = 0
  while (killed < kills) {
    const run = spawn(
      process.execPath,
      [
        program,
        'score',
        churn,
        path('rows.csv'),
        '-o',
        path('out.csv'),
        '--resume',
        '--workers',
        String(1 + (killed % 2)),
      ],
      { stdio: 'ignore' },
    )
    const exit = once(run, 'exit')
    await Promise.race([exit, sleep(200 + Math.random() * 2500)])
    run.kill('SIGKILL')
    const [, signal] = await exit
    if (signal === 'SIGKILL') killed++
  }
  assert.equal((await runCli('score', churn, path('rows.csv'), '-o', path('out.csv'), '--resume')).code, 7)
  for (const ending of ['csv', 'errors.csv'])
    assert.ok((await readFile(path(`out.${ending}`))).equals(await readFile(path(`whole.${ending}`))), ending)
  const left = ['out.csv', 'out.errors.csv', 'rows.csv', 'whole.csv', 'whole.errors.csv']
  assert.deepEqual((await readdir(folder.path)).sort(), left)
  return killed
}
