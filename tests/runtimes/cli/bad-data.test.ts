import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const good = Array.from(
  { length: 60 },
  (_, row) => `${20 + (row % 40)},${row % 3 ? 'basic' : 'pro'},${row % 7 > 2 ? 'yes' : 'no'}`,
)
const header = 'age,plan,left'
const csv = (...lines: string[]): string => `${lines.join('\n')}\n`

/** Trains on a file of its own folder, and tells what is left in there. */
async function trainOn(content: string | Buffer, ...flags: string[]) {
  await using folder = await temporaryFolder()
  const data = join(folder.path, 'customers.csv')
  await writeFile(data, content)
  const result = await runCli('train', data, '--target', 'left', '--out', join(folder.path, 'model'), ...flags)
  return { ...result, left: (await readdir(folder.path)).filter(name => name !== 'customers.csv') }
}

describe('bad data ends with exit code 4, says where and what to do, and leaves nothing behind', () => {
  const with60 = (...wrong: string[]): string => csv(header, ...good, ...wrong)
  it.concurrent.each([
    { name: 'an empty file', data: '', says: /customers\.csv: the file is empty/ },
    { name: 'a header alone', data: csv(header), says: /no row below the header/ },
    { name: 'no header', data: csv(...good), says: /line 1, column 1: "20" is a number where a column name should be/ },
    { name: 'a blank column name', data: csv('age,,left', ...good), says: /line 1, column 2: the header is blank/ },
    { name: 'a column twice', data: csv('Age,age,left', ...good), says: /"age" names the same column as "Age"/ },
    {
      name: 'no such target',
      data: csv('age,plan,let', ...good),
      says: /no column is named "left"; did you mean "let"\?/,
    },
    { name: 'a blank target', data: with60('30,pro,'), says: /line 62, column "left": left is empty/ },
    {
      name: 'one class only',
      data: csv(header, ...good.map(line => line.replace(/no$/, 'yes'))),
      says: /column "left": every row has the same target \(yes\).*two classes/,
    },
    { name: 'a number that is infinite', data: with60('1e400,pro,no'), says: /line 62, column "age": .*got "1e400"/ },
    {
      name: 'a text among numbers',
      data: with60('n/a,pro,no'),
      says: /line 62, column "age": .*got "n\/a"; correct the cell/,
    },
    {
      name: 'a file in Latin-1',
      data: Buffer.from(with60('30,Zürich,no'), 'latin1'),
      says: /column "plan": "Z�rich" is not UTF-8; save the file as UTF-8/,
    },
    { name: 'a short line', data: with60('30,pro'), says: /line 62: 2 cells where the header has 3/ },
    { name: 'a long line', data: with60('30,pro,no,7'), says: /line 62: 4 cells where the header has 3/ },
    { name: 'a quote left open', data: with60('30,"pro,no'), says: /line 62: .*quot/i },
    {
      name: 'fewer rows than folds',
      data: csv(header, '20,pro,yes', '30,basic,no', '25,pro,yes', '44,pro,no'),
      says: /4 rows leave|too few for 5 folds/,
    },
    {
      name: 'a line after a cell of several lines',
      data: csv(header, '20,"pro\nor so",no', ...good, 'x,pro,no'),
      says: /line 64, column "age"/,
    },
  ])('$name', async ({ data, says }) => {
    const { code, stdout, stderr, left } = await trainOn(data)

    expect(stderr).toMatch(says)
    expect(stderr).not.toMatch(/\n\s+at /)
    expect(code).toBe(4)
    expect(stdout).toBe('')
    expect(left).toEqual([])
  })

  it('a file that is not there', async () => {
    const { code, stderr } = await runCli('train', 'none.csv', '--target', 'left', '--out', 'none')

    expect(stderr).toContain('none.csv: the file does not exist')
    expect(code).toBe(4)
  })
})

describe('what is strange but usable is named and gone on with', () => {
  it('constant columns, identifiers and leaks', async () => {
    const lines = Array.from({ length: 1_500 }, (_, row) => {
      const left = row % 7 > 2 ? 'yes' : 'no'
      return `customer ${row},${20 + (row % 40)},same,${left === 'yes' ? 'closed' : 'open'},${left}`
    })

    const { code, stderr, left } = await trainOn(csv('id,age,constant,account,left', ...lines))

    expect(code).toBe(0)
    expect(stderr).toMatch(/id is left out/)
    expect(stderr).toMatch(/constant is "same" in every row/)
    expect(stderr).toMatch(/account determines left almost completely/)
    expect(left).toEqual(['model'])
  })
})

describe('wrong words', () => {
  it.concurrent.each([
    { flags: ['--targte', 'left'], code: 2, says: /unknown option '--targte'[\s\S]*Did you mean --target/ },
    { flags: ['--cv', '1'], code: 2, says: /One fold leaves nothing to train on/ },
    { flags: ['--algorithm', 'tree'], code: 2, says: /Allowed choices are linear, trees/ },
    { flags: ['--gate', 'aux>=0.5'], code: 2, says: /did you mean "auc"/ },
    { flags: ['--drop', 'plam'], code: 4, says: /plam: customers\.csv has no such column; did you mean "plan"/ },
    { flags: ['--positive', 'yess'], code: 4, says: /Did you mean "yes"/ },
    { flags: ['--class-weight', 'ye=2'], code: 4, says: /did you mean "yes"/ },
    {
      flags: ['--report', 'no/such/folder.html'],
      code: 3,
      says: /error\[E_FILE\]: no\/such\/folder\.html: no such file or folder/,
    },
    { flags: ['--features', 'none.json'], code: 3, says: /features file none\.json cannot be read/ },
  ])('$flags', async ({ flags, code, says }) => {
    const result = await trainOn(csv(header, ...good), ...flags)

    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(code)
    expect(result.left).toEqual([])
  })

  it('in a features file are listed all at once', async () => {
    await using folder = await temporaryFolder()
    const features = join(folder.path, 'features.json')
    await writeFile(
      features,
      JSON.stringify([
        { name: 'age', minimun: 0 },
        { name: 'plan', kind: 'text' },
      ]),
    )

    const { code, stderr } = await trainOn(csv(header, ...good), '--features', features)

    expect(stderr).toMatch(/minimun[\s\S]*kind/)
    expect(code).toBe(3)
  })
})

describe('a gate that does not hold', () => {
  it('ends with exit code 6 and publishes nothing', async () => {
    const { code, stdout, stderr, left } = await trainOn(csv(header, ...good), '--gate', 'auc>=0.999', '--json')

    expect(code).toBe(6)
    expect(JSON.parse(stdout)).toMatchObject({ written: false })
    expect(stderr).toMatch(/auc>=0\.999 does NOT hold/)
    expect(left).toEqual([])
  })
})
