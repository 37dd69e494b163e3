import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type SchemaElement } from 'hyparquet'
import { type ColumnSource, parquetWriteFile } from 'hyparquet-writer'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const [header = '', ...lines] = (await readFile(`${churn}/data/telco-churn.csv`, 'utf8')).trim().split('\n')
const names = header.split(',')
const numbers = ['tenure', 'MonthlyCharges', 'TotalCharges', 'SeniorCitizen']
const cells = lines.map(line => line.split(','))

/** The rows of the churn data as columns, and some beside them that must come through as they are. */
const columnData: ColumnSource[] = [
  ...names.map((name, index) =>
    numbers.includes(name)
      ? { name, data: cells.map(row => Number(row[index])), type: 'DOUBLE' as const }
      : { name, data: cells.map(row => row[index] as string), type: 'STRING' as const },
  ),
  { name: 'account', data: cells.map((_, row) => 9_007_199_254_740_993n + BigInt(row)), type: 'INT64' },
  {
    name: 'since',
    data: cells.map((_, row) => (row % 3 ? new Date(1.6e12 + row) : null)),
    type: 'TIMESTAMP',
    nullable: true,
  },
  { name: 'tags', data: cells.map((_, row) => ({ list: [row] })), type: 'JSON' },
]

async function readRows(path: string): Promise<Record<string, unknown>[]> {
  return parquetReadObjects({ file: await asyncBufferFromFile(path) })
}

describe('scoring Parquet', () => {
  it('keeps columns, types and order over row groups, and gives the probabilities of the CSV', async () => {
    await using folder = await temporaryFolder()
    const path = (name: string): string => `${folder.path}/${name}`
    parquetWriteFile({ filename: path('rows.parquet'), columnData, rowGroupSize: 3000 })
    const scored = await runCli('score', churn, path('rows.parquet'), '-o', path('out.parquet'), '--explain', '1')
    await runCli('score', churn, `${churn}/data/telco-churn.csv`, '-o', path('out.csv'), '--explain', '1')
    const rows = await readRows(path('out.parquet'))
    const before = await readRows(path('rows.parquet'))

    expect([scored.code, rows.length]).toEqual([0, lines.length])
    const csv = (await readFile(path('out.csv'), 'utf8')).trim().split('\n').slice(1)
    rows.forEach((row, index) => {
      const { probability, prediction, explanation, model_version, error, ...kept } = row
      expect(kept).toEqual(before[index])
      const [p, predicted, base] = (csv[index] as string).split(',').slice(-7)
      expect([String(probability), String(prediction), model_version, error]).toEqual([p, predicted, 1, null])
      expect((explanation as { base: number }).base).toBe(Number(base))
    })
    const types = async (name: string): Promise<SchemaElement[]> =>
      (await parquetMetadataAsync(await asyncBufferFromFile(path(name)))).schema.slice(1)
    expect((await types('out.parquet')).slice(0, columnData.length)).toEqual(await types('rows.parquet'))
  })

  it.each([
    ['GZIP', gzipSync],
    ['ZSTD', zstdCompressSync],
  ] as const)('reads %s, and writes NDJSON in which a null is null', async (codec, compress) => {
    await using folder = await temporaryFolder()
    const options = { codec, compressors: { [codec]: compress } }
    parquetWriteFile({ filename: `${folder.path}/rows.parquet`, columnData, ...options })
    const { code } = await runCli('score', churn, `${folder.path}/rows.parquet`, '-o', `${folder.path}/out.ndjson.gz`)
    const out = gunzipSync(await readFile(`${folder.path}/out.ndjson.gz`))
      .toString()
      .trim()
      .split('\n')

    expect([code, out.length]).toEqual([0, lines.length])
    expect(JSON.parse(out[1] as string)).toMatchObject({
      account: '9007199254740994',
      since: '2020-09-13T12:26:40.001Z',
      tags: { list: [1] },
      prediction: false,
    })
    expect(JSON.parse(out[0] as string).since).toBe(null)
  })

  it('keeps rows that have no score, by their number in the errors file', async () => {
    await using folder = await temporaryFolder()
    const contract = names.indexOf('Contract')
    const changed = columnData.map((column, index) =>
      index === contract ? { ...column, data: cells.map((row, at) => (at === 5 ? 'weekly' : row[index])) } : column,
    )
    parquetWriteFile({ filename: `${folder.path}/rows.parquet`, columnData: changed })
    const { code } = await runCli('score', churn, `${folder.path}/rows.parquet`, '-o', `${folder.path}/out.parquet`)
    const rows = await readRows(`${folder.path}/out.parquet`)

    expect(code).toBe(7)
    expect(rows[5]).toMatchObject({ Contract: 'weekly', error: expect.stringMatching(/contract must be one of/) })
    expect(rows[5]?.probability).toBeNull()
    expect(await readFile(`${folder.path}/out.errors.csv`, 'utf8')).toMatch(/^6,,contract,not_allowed,/m)
  })

  it('keeps the order of rows over the pieces of a large row group', async () => {
    await using folder = await temporaryFolder()
    const times = 10
    const repeated = columnData.map(column => ({
      ...column,
      data: Array.from({ length: times }, () => column.data).flatMap(data => Array.from<unknown>(data)),
    }))
    const rowGroupSize = times * lines.length
    parquetWriteFile({ filename: `${folder.path}/rows.parquet`, columnData: repeated, rowGroupSize })
    const { code } = await runCli('score', churn, `${folder.path}/rows.parquet`, '-o', `${folder.path}/out.parquet`)
    const rows = await readRows(`${folder.path}/out.parquet`)

    expect([code, rows.length]).toEqual([0, rowGroupSize])
    rows.forEach((row, index) => {
      expect(row.account).toBe(9_007_199_254_740_993n + BigInt(index % lines.length))
      expect(row.probability).toBe(rows[index % lines.length]?.probability)
    })
  })

  it('names the row of an error by --id, and counts nulls as what is missing', async () => {
    await using folder = await temporaryFolder()
    const gap = (name: string, type: 'STRING' | 'DOUBLE', row: number): void => {
      const index = names.indexOf(name)
      const data = cells.map((cell, at) => (at === row ? null : type === 'DOUBLE' ? Number(cell[index]) : cell[index]))
      changed[index] = { name, data, type, nullable: true }
    }
    const changed = [...columnData]
    gap('Contract', 'STRING', 3)
    gap('tenure', 'DOUBLE', 4)
    parquetWriteFile({ filename: `${folder.path}/rows.parquet`, columnData: changed })
    const args = ['score', churn, `${folder.path}/rows.parquet`, '-o', `${folder.path}/out.ndjson`, '--id', 'account']
    const { code } = await runCli(...args)
    const out = (await readFile(`${folder.path}/out.ndjson`, 'utf8')).trim().split('\n')

    expect([code, out.length]).toEqual([7, lines.length])
    expect(JSON.parse(out[3] as string)).toEqual({
      ...JSON.parse(out[3] as string),
      Contract: null,
      error: expect.any(String),
    })
    expect(JSON.parse(out[3] as string)).not.toHaveProperty('probability')
    expect(await readFile(`${folder.path}/out.errors.csv`, 'utf8')).toMatch(
      /^4,9007199254740996,contract,empty,.*\n5,9007199254740997,tenure,empty,/m,
    )
  })

  it('refuses a file without the columns of the model, and says which', async () => {
    await using folder = await temporaryFolder()
    const without = columnData.filter(({ name }) => name !== 'tenure')
    parquetWriteFile({ filename: `${folder.path}/rows.parquet`, columnData: without })
    const { code, stderr } = await runCli(
      'score',
      churn,
      `${folder.path}/rows.parquet`,
      '-o',
      `${folder.path}/out.parquet`,
    )

    expect([code, stderr]).toEqual([4, expect.stringMatching(/rows\.parquet: there is no column tenure/)])
  })

  it('refuses what is no Parquet, and targets of other kinds', async () => {
    await using folder = await temporaryFolder()
    await writeFile(`${folder.path}/rows.parquet`, 'gender\nfemale\n')
    const refused = await runCli('score', churn, `${folder.path}/rows.parquet`)
    const asCsv = await runCli('score', churn, `${folder.path}/rows.parquet`, '-o', `${folder.path}/out.csv`)

    expect([refused.code, asCsv.code]).toEqual([4, 2])
    expect(refused.stderr).toMatch(/this Parquet file cannot be read/)
    expect(asCsv.stderr).toMatch(/Parquet is scored into \.parquet or \.ndjson/)
  })
})
