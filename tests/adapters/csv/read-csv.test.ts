import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { readCsv } from '@scaling-mlops/adapters/csv'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function read(content: string | Buffer, name = 'data.csv') {
  await using folder = await temporaryFolder()
  await writeFile(join(folder.path, name), content)
  const header: string[] = []
  const records: { cells: readonly string[]; line: number }[] = []
  await readCsv(join(folder.path, name), {
    header: cells => header.push(...cells),
    record: (cells, line) => records.push({ cells: [...cells], line }),
  })
  return { header, records }
}

describe('reading a CSV', () => {
  it('gives every record with the line it starts on, past quoted line breaks and blank lines', async () => {
    const { header, records } = await read('a,b\n1,"x\ny"\n\n2,"say ""hi"""\n3,"c,d"')

    expect(header).toEqual(['a', 'b'])
    expect(records).toEqual([
      { cells: ['1', 'x\ny'], line: 2 },
      { cells: ['2', 'say "hi"'], line: 5 },
      { cells: ['3', 'c,d'], line: 6 },
    ])
  })

  it.each([
    ['a byte order mark', '\ufeffa,b\n1,2\n'],
    ['Windows line ends', 'a,b\r\n1,2\r\n'],
    ['semicolons', 'a;b\n1;2\n'],
    ['tabs', 'a\tb\n1\t2\n'],
  ])('understands %s', async (_, content) => {
    expect(await read(content)).toEqual({ header: ['a', 'b'], records: [{ cells: ['1', '2'], line: 2 }] })
  })

  it('takes a file of one column', async () => {
    expect(await read('a\n1\n2\n')).toMatchObject({ header: ['a'], records: [{ cells: ['1'] }, { cells: ['2'] }] })
  })

  it('unpacks .gz', async () => {
    expect(await read(gzipSync('a,b\n1,2\n'), 'data.csv.gz')).toMatchObject({ records: [{ cells: ['1', '2'] }] })
  })

  it.each(['', 'a', 'aa'])(
    'loses nothing where chunks meet, letters of several bytes included (shifted by "%s")',
    async shift => {
      const rows = Array.from({ length: 60_000 }, (_, row) => `${row},"€€€€€€€€€€€€, ""x"""`)
      const { records } = await read(`n,place${shift}\n${rows.join('\n')}\n`)

      expect(records.length).toBe(rows.length)
      expect(records.every(({ cells, line }, row) => line === row + 2 && cells[1] === '€€€€€€€€€€€€, "x"')).toBe(true)
    },
  )

  it.each([
    [
      'a ragged line far into the file',
      `a,b\n${'1,2\n'.repeat(400_000)}1,2,3\n1,2\n`,
      /line 400002: 3 cells where the header has 2/,
    ],
    ['an open quote', 'a,b\n1,2\n1,"2\n', /line 3: /],
    ['a broken quote', 'a,b\n1,2\n1,"2" x\n3,4\n', /line 3: /],
    ['an empty file', '', /data\.csv: the file is empty/],
    ['a blank file', '\n\n', /data\.csv: the file is empty/],
  ])('rejects %s and says where', async (_, content, says) => {
    await expect(read(content)).rejects.toThrow(says)
  })

  it('rejects a .gz that is none', async () => {
    await expect(read('a,b\n1,2\n', 'data.csv.gz')).rejects.toThrow(/not a gzip file/)
  })

  it('rejects with what the receiver throws', async () => {
    await using folder = await temporaryFolder()
    const path = join(folder.path, 'data.csv')
    await writeFile(path, 'a\n1\n')
    const receiver = {
      header: () => {},
      record: () => {
        throw new Error('enough')
      },
    }

    await expect(readCsv(path, receiver)).rejects.toThrow('enough')
  })
})
