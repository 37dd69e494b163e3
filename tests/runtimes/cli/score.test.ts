import { readdir, readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync, zstdDecompressSync } from 'node:zlib'
import { openJobFile } from '@scaling-mlops/adapters/sqlite/job-file'
import { describe, expect, it } from 'vitest'
import { proveKilledRunsGoOn } from '../../support/files-killed.ts'
import { runCli } from '../../support/run-cli.ts'
import { slowRow, writeSlowModel } from '../../support/slow-model.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const telco = await readFile(`${churn}/data/telco-churn.csv`, 'utf8')
const [header = '', ...rows] = telco.trim().split('\n')

const repeated = (times: number): string => `${header}\n${`${rows.join('\n')}\n`.repeat(times)}`

describe('scaling-mlops score', () => {
  it('scores as predict does, and two threads as one', async () => {
    await using folder = await temporaryFolder()
    await writeFile(`${folder.path}/rows.csv`, repeated(20))
    const one = await runCli(
      'score',
      churn,
      `${folder.path}/rows.csv`,
      '-o',
      `${folder.path}/one.csv`,
      '--workers',
      '1',
    )
    const two = await runCli(
      'score',
      churn,
      `${folder.path}/rows.csv`,
      '-o',
      `${folder.path}/two.csv`,
      '--workers',
      '2',
      '--json',
    )

    const scored = await readFile(`${folder.path}/one.csv`, 'utf8')
    const cells = (rows[0] as string).split(',')
    const row = Object.fromEntries(header.split(',').map((name, index) => [name.toLowerCase(), cells[index]]))
    delete row.churn
    const { stdout } = await runCli('predict', churn, '--row', JSON.stringify(row))
    expect(scored.split('\n')[1]).toBe(`${rows[0]},${JSON.parse(stdout).churn_probability},true,1,`)
    expect(await readFile(`${folder.path}/two.csv`, 'utf8')).toBe(scored)
    expect(JSON.parse(two.stdout).files[0]).toMatchObject({ rows: rows.length * 20, failed: 0 })
    expect([one.code, two.code, one.stdout]).toEqual([0, 0, ''])
    expect((await readdir(folder.path)).sort()).toEqual(['one.csv', 'rows.csv', 'two.csv'])
  })

  it.each(['1', '2'])('explains scores by contributions that add up to them, in %s threads', async workers => {
    await using folder = await temporaryFolder()
    await writeFile(`${folder.path}/rows.csv`, repeated(1))
    const flags = ['-o', `${folder.path}/out.csv`, '--workers', workers]
    const { code } = await runCli('score', churn, `${folder.path}/rows.csv`, ...flags, '--explain', '3')
    const [names = '', ...lines] = (await readFile(`${folder.path}/out.csv`, 'utf8')).trim().split('\n')

    const added = 'probability,prediction,explain_base,explain_1,explain_2,explain_3,explain_rest,model_version,error'
    expect([code, names]).toEqual([0, `${header},${added}`])
    expect(lines).toHaveLength(rows.length)
    for (const line of lines) {
      const [probability, , base, ...others] = line.split(',').slice(-9, -2)
      const contributions = others.map(cell => Number(/^(?:\w+:)?([-.\d]+)$/.exec(cell)?.[1]))
      const logOdds = contributions.reduce((sum, contribution) => sum + contribution, Number(base))
      expect(Math.abs(1 / (1 + Math.exp(-logOdds)) - Number(probability))).toBeLessThan(1e-6)
      expect(Math.abs(contributions[0] as number)).toBeGreaterThanOrEqual(Math.abs(contributions[1] as number))
    }
  })

  it('says of a model that is not linear that it has no explanations yet', async () => {
    await using model = await writeSlowModel()
    await using folder = await temporaryFolder()
    await writeFile(`${folder.path}/rows.ndjson`, JSON.stringify(slowRow))
    const name = `${model.repository}/${(await readdir(model.repository))[0]}`
    const { code, stderr } = await runCli('score', name, `${folder.path}/rows.ndjson`, '--explain', '1')

    expect(stderr).toMatch(/error\[E_USAGE\]: .* has no explanations yet: only linear models have/)
    expect(code).toBe(2)
    expect(await readdir(folder.path)).toEqual(['rows.ndjson'])
  })

  it('unpacks and packs gzip and zstd, of one part or many', async () => {
    await using folder = await temporaryFolder()
    const path = (name: string): string => `${folder.path}/${name}`
    await writeFile(path('rows.csv'), repeated(10))
    const half = Buffer.from(repeated(10))
    await writeFile(
      path('rows.csv.gz'),
      Buffer.concat([gzipSync(half.subarray(0, 999_999)), gzipSync(half.subarray(999_999))]),
    )
    await runCli('score', churn, path('rows.csv'), '-o', path('plain.csv'))
    const { code } = await runCli('score', churn, path('rows.csv.gz'), '-o', path('packed.csv.gz'))
    await runCli('score', churn, path('rows.csv.gz'), '-o', path('packed.csv.zst'))
    const again = await runCli('score', churn, path('packed.csv.zst'), '-o', path('again.csv'))
    await writeFile(path('cut.csv.gz'), gzipSync(half).subarray(0, 5000))
    const cut = await runCli('score', churn, path('cut.csv.gz'), '-o', path('cut.csv'))

    expect(code).toBe(0)
    expect(gunzipSync(await readFile(path('packed.csv.gz'))).toString()).toBe(await readFile(path('plain.csv'), 'utf8'))
    expect(
      zstdDecompressSync(await readFile(path('packed.csv.zst')))
        .toString()
        .split('\n')[0],
    ).toMatch(/,error$/)
    expect(again.stderr).toMatch(/there is a column probability already/)
    expect(cut.stderr).toMatch(/damaged or ends too early/)
    expect(cut.code).toBe(4)
    expect(await readdir(folder.path)).not.toContain('cut.csv')
  })

  it('ends with 7 where rows failed, and with 4 where too many did', async () => {
    await using folder = await temporaryFolder()
    const input = `${folder.path}/rows.csv`
    await writeFile(input, `${header}\n${rows[0]}\n${(rows[1] as string).replace('One year', 'weekly')}\n`)
    const some = await runCli('score', churn, input)
    const errors = await readFile(`${folder.path}/rows.scored.errors.csv`, 'utf8')
    const refused = await runCli('score', churn, input, '-o', `${folder.path}/b.csv`, '--max-errors', '0')

    expect(some.code).toBe(7)
    expect(errors).toMatch(/^3,,contract,not_allowed,.*,weekly$/m)
    expect(refused.code).toBe(4)
    expect(refused.stderr).toMatch(
      /1 rows cannot be scored, which is more than --max-errors allows; the last at line 3/,
    )
    expect((await readdir(folder.path)).sort()).toEqual(['rows.csv', 'rows.scored.csv', 'rows.scored.errors.csv'])
  })

  it('scores objects a line', async () => {
    await using folder = await temporaryFolder()
    const example = JSON.stringify({ ...JSON.parse(await readFile(`${churn}/example.json`, 'utf8')), note: 'kept' })
    await writeFile(`${folder.path}/rows.ndjson`, `${example}\n\n{"tenure":\n{}\n${example}`)
    const { code } = await runCli('score', churn, `${folder.path}/rows.ndjson`, '-o', `${folder.path}/out.ndjson`)
    const lines = (await readFile(`${folder.path}/out.ndjson`, 'utf8'))
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))

    expect(lines).toHaveLength(4)
    expect(lines[0]).toMatchObject({
      note: 'kept',
      probability: 0.6812940239906311,
      prediction: true,
      model_version: 1,
    })
    expect(lines[1].error).toMatch(/not JSON/)
    expect(lines[2].error).toMatch(/gender is missing/)
    expect(lines[3]).toEqual(lines[0])
    expect(code).toBe(7)
  })

  it('goes on after kill -9 to the same bytes', async () => {
    expect(await proveKilledRunsGoOn(5)).toBe(5)
  })

  it('keeps a second run from the same target', async () => {
    await using folder = await temporaryFolder()
    const input = `${folder.path}/rows.csv`
    await writeFile(input, repeated(1))
    const first = openJobFile(`${folder.path}/out.csv.job`, 'out.csv')
    const refused = await runCli('score', churn, input, '-o', `${folder.path}/out.csv`)
    first.close()
    const { code } = await runCli('score', churn, input, '-o', `${folder.path}/out.csv`)

    expect(refused.stderr).toMatch(/another run is writing this target/)
    expect([refused.code, code]).toEqual([4, 0])
    expect((await readdir(folder.path)).sort()).toEqual(['out.csv', 'rows.csv'])
  })

  it.each([
    { name: 'no such file', input: 'absent.csv', says: /absent\.csv: the file does not exist/, code: 4 },
    { name: 'no such columns', input: 'narrow.csv', says: /there is no column gender/, code: 4 },
    { name: 'an empty file', input: 'empty.csv', says: /the file is empty/, code: 4 },
    { name: 'an unknown format', input: 'rows.xlsx', says: /--format/, code: 2 },
  ])('names $name', async ({ input, says, code }) => {
    await using folder = await temporaryFolder()
    for (const [file, text] of Object.entries({ 'narrow.csv': 'a\n1\n', 'empty.csv': '', 'rows.xlsx': 'x' }))
      await writeFile(`${folder.path}/${file}`, text)
    const result = await runCli('score', churn, `${folder.path}/${input}`)

    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(code)
    expect(await readdir(folder.path)).toHaveLength(3)
  })
})
