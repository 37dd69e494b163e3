import { readdir } from 'node:fs/promises'
import { openJobFile } from '@scaling-mlops/adapters/sqlite/job-file'
import { describe, expect, it } from 'vitest'
import { run } from '../../support/run.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Saves two documents in a process that is then killed. */
async function saveAndDie(path: string): Promise<void> {
  const script = `
    const { openJobFile } = await import(${JSON.stringify(import.meta.resolve('@scaling-mlops/adapters/sqlite/job-file'))})
    const job = openJobFile(${JSON.stringify(path)}, 'out.csv')
    job.save({ rows: 1 })
    job.save({ rows: 2 })
    process.kill(process.pid, 'SIGKILL')`
  await run(process.execPath, ['--input-type=module', '--eval', script])
}

describe('a job file', () => {
  it('keeps what was saved last through kill -9, and leaves nothing when it is removed', async () => {
    await using folder = await temporaryFolder()
    await saveAndDie(`${folder.path}/out.csv.job`)
    const job = openJobFile(`${folder.path}/out.csv.job`, 'out.csv')
    const { saved } = job
    job.remove()

    expect(saved).toEqual({ rows: 2 })
    expect(await readdir(folder.path)).toEqual([])
  })

  it('is held by one at a time', async () => {
    await using folder = await temporaryFolder()
    const job = openJobFile(`${folder.path}/out.csv.job`, 'out.csv')

    expect(() => openJobFile(`${folder.path}/out.csv.job`, 'out.csv')).toThrow(/another run is writing this target/)
    job.close()
    openJobFile(`${folder.path}/out.csv.job`, 'out.csv').remove()
  })
})
