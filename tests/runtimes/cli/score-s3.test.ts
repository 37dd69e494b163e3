import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { BUCKET, type S3StandIn, startS3 } from '../../support/s3-stand-in.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))
const telco = await readFile(`${churn}/data/telco-churn.csv`, 'utf8')
const [header = '', ...rows] = telco.trim().split('\n')
const repeated = (times: number): string => `${header}\n${`${rows.join('\n')}\n`.repeat(times)}`
const bad = (rows[1] as string).replace('One year', 'weekly')

let s3: S3StandIn
beforeAll(async () => {
  s3 = await startS3()
})
afterAll(() => s3.close())
beforeEach(() => {
  for (const key of s3.keys()) s3.remove(key)
  s3.before = () => undefined
})

describe('scoring objects of S3', () => {
  it('reads by ranges and writes in parts what the disk would have', async () => {
    await using folder = await temporaryFolder()
    s3.put('in/rows.csv', repeated(15))
    s3.put('in/rows.csv.gz', gzipSync(repeated(1)))
    const ranges: string[] = []
    s3.before = ({ range }) => void (range && ranges.push(range))
    const whole = await runCli('score', churn, `s3://${BUCKET}/in/rows.csv`, '-o', `s3://${BUCKET}/out/rows.csv`)
    const packed = await runCli('score', churn, `s3://${BUCKET}/in/rows.csv.gz`, '-o', `${folder.path}/out.csv.gz`)
    const there = await runCli('score', churn, `${churn}/data/telco-churn.csv`, '-o', `s3://${BUCKET}/out/one.csv`)

    expect([whole.code, packed.code, there.code, whole.stderr]).toEqual([
      0,
      0,
      0,
      expect.stringMatching(/105,645 rows/),
    ])
    const one = s3.text('out/one.csv')
    expect(gunzipSync(await readFile(`${folder.path}/out.csv.gz`)).toString()).toBe(one)
    const [scoredHeader, ...scored] = (one as string).trim().split('\n')
    expect(s3.text('out/rows.csv')).toBe(`${scoredHeader}\n${`${scored.join('\n')}\n`.repeat(15)}`)
    expect(ranges.length).toBeGreaterThan(2)
    expect(s3.openUploads()).toBe(0)
  })

  it('scores the objects under a prefix beside themselves, with their errors', async () => {
    s3.put('day/a.csv', `${header}\n${rows[0]}\n`)
    s3.put('day/b.csv', `${header}\n${bad}\n`)
    s3.put('day/note.md', 'x')
    const { code } = await runCli('score', churn, `s3://${BUCKET}/day/`)

    expect(code).toBe(7)
    expect(s3.keys().sort()).toEqual([
      'day/a.csv',
      'day/a.scored.csv',
      'day/b.csv',
      'day/b.scored.csv',
      'day/b.scored.errors.csv',
      'day/note.md',
    ])
  })

  it('leaves no object and no upload where it ends too early', async () => {
    await using folder = await temporaryFolder()
    s3.put('rows.csv', `${repeated(15)}${`${bad}\n`.repeat(2000)}`)
    const failed = await runCli('score', churn, `s3://${BUCKET}/rows.csv`, '-o', `s3://${BUCKET}/out.csv`)
    const absent = await runCli('score', churn, `s3://${BUCKET}/absent.csv`, '-o', `${folder.path}/out.csv`)
    s3.before = ({ method }) => (method === 'PUT' ? 'AccessDenied' : undefined)
    const lenient = ['-o', `s3://${BUCKET}/out.csv`, '--max-errors', '9000']
    const denied = await runCli('score', churn, `s3://${BUCKET}/rows.csv`, ...lenient)

    expect([failed.code, absent.code, denied.code]).toEqual([4, 4, 8])
    expect(absent.stderr).toMatch(/s3:\/\/files\/absent\.csv: there is no such object/)
    expect(denied.stderr).toMatch(/error\[E_REMOTE\]: AccessDenied/)
    expect(s3.keys()).toEqual(['rows.csv'])
    expect(s3.openUploads()).toBe(0)
    expect(await readdir(folder.path)).toEqual([])
  })
})
