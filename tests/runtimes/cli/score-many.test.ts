import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { follow } from '../../support/run.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const program = fileURLToPath(new URL('../../../runtimes/cli/bin.js', import.meta.url))
const [header = '', ...rows] = (await readFile(`${churn}/data/telco-churn.csv`, 'utf8')).trim().split('\n')
const one = `${header}\n${rows[0]}\n`

async function folderOfFiles() {
  const folder = await temporaryFolder()
  await mkdir(`${folder.path}/in`)
  await mkdir(`${folder.path}/out`)
  for (const name of ['a.csv', 'b.csv', 'c.txt', 'note.md']) await writeFile(`${folder.path}/in/${name}`, one)
  return folder
}

describe('scoring many files', () => {
  it('takes the files of a folder into another, one document for all', async () => {
    await using folder = await folderOfFiles()
    const { code, stdout } = await runCli('score', churn, `${folder.path}/in`, '-o', `${folder.path}/out`, '--json')
    const again = await runCli('score', churn, `${folder.path}/in`)

    expect([code, again.code]).toEqual([0, 0])
    expect((await readdir(`${folder.path}/out`)).sort()).toEqual(['a.csv', 'b.csv', 'c.txt'])
    expect(JSON.parse(stdout)).toMatchObject({ schemaVersion: 1, files: [{ rows: 1 }, { rows: 1 }, { rows: 1 }] })
    expect(await readdir(`${folder.path}/in`)).toContain('a.scored.csv')
    expect(await readdir(`${folder.path}/in`)).not.toContain('a.scored.scored.csv')
  })

  it('takes the files of a pattern, and says where none fits', async () => {
    await using folder = await folderOfFiles()
    const { code } = await runCli('score', churn, `${folder.path}/in/{a,b}.csv`, '-o', `${folder.path}/out`)
    const none = await runCli('score', churn, `${folder.path}/in/*.ndjson`)
    const noFolder = await runCli('score', churn, `${folder.path}/in/*.csv`, '-o', `${folder.path}/absent`)

    expect([code, none.code, noFolder.code]).toEqual([0, 4, 2])
    expect((await readdir(`${folder.path}/out`)).sort()).toEqual(['a.csv', 'b.csv'])
    expect(none.stderr).toMatch(/there is no \.csv, \.ndjson or \.parquet file here/)
    expect(noFolder.stderr).toMatch(/several files go into a folder/)
  })

  it('reads one pipe and writes another, with nothing else in it', async () => {
    const child = spawn(process.execPath, [program, 'score', churn, '-', '--format', 'csv', '--max-errors', '1'])
    const { output, ended } = follow(child)
    child.stdin.end(`${one}${rows[1]?.replace('One year', 'weekly')}\n`)

    expect(await ended).toBe(7)
    expect(output.stdout.split('\n').map(line => line.split(',').at(-1))).toEqual(['error', '', expect.any(String), ''])
    expect(output.stdout).toMatch(new RegExp(`^${header},probability,prediction,model_version,error\\n`))
    expect(output.stderr).toMatch(/^3,,contract,not_allowed/m)
  })
})
