import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { runCli } from '../../support/run-cli.ts'
import { someRecords } from '../../support/small-dataset.ts'
import { telcoPath, telcoReference } from '../../support/telco.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const churn = fileURLToPath(new URL('../../../models/churn', import.meta.url))

describe('evaluate without data', () => {
  it('judges the rows that the training held out, as the training did', async () => {
    const { code, stdout } = await runCli('evaluate', churn, '--json')

    const fresh = JSON.parse(stdout)
    const stored = JSON.parse(await readFile(join(churn, '1', 'report.json'), 'utf8'))
    expect(code).toBe(0)
    expect(fresh.data).toMatchObject({ name: 'telco-churn.csv', rows: 1409, trainingRows: 5634 })
    for (const [name, value] of Object.entries(telcoReference.test))
      expect(Math.abs(fresh.metrics[name].value - value), name).toBeLessThan(1e-4)
    // the graph answers in 32 bits, the trainer in 64
    expect(fresh.metrics.auc.value).toBeCloseTo(stored.metrics.auc.value, 5)
    for (const part of ['confusion', 'coefficients', 'crossValidation', 'profile'])
      expect(fresh[part]).toEqual(stored[part])
  })

  it('shows the stored report where the rows are not at hand, and says so', async () => {
    await using folder = await temporaryFolder()
    await cp(join(churn, '1'), join(folder.path, 'churn', '1'), { recursive: true })

    const shown = await runCli('evaluate', join(folder.path, 'churn'), '--gate', 'auc>=0.85')
    const asked = await runCli('evaluate', join(folder.path, 'churn'), '--threshold', '0.3')

    expect(shown.code).toBe(0)
    expect(shown.stderr).toContain('this is the report that the training wrote')
    expect(shown.stdout).toMatch(/AUC +0\.8585/)
    expect(asked.code).toBe(4)
    expect(asked.stderr).toContain('name a CSV with the features and churn')
  })

  it('does not take a changed file for the one the model was trained on', async () => {
    await using folder = await temporaryFolder()
    await cp(churn, join(folder.path, 'churn'), { recursive: true })
    const data = join(folder.path, 'churn', 'data', 'telco-churn.csv')
    await writeFile(data, `${await readFile(data, 'utf8')}\n`)

    const { stderr } = await runCli('evaluate', join(folder.path, 'churn'))

    expect(stderr).toContain('not at hand')
  })
})

describe('evaluate with data', () => {
  it('judges every row of a file that the model has not seen', async () => {
    await using folder = await temporaryFolder()
    const lines = (await readFile(telcoPath, 'utf8')).trimEnd().split('\n')
    const data = join(folder.path, 'new.csv')
    await writeFile(data, `${lines.slice(0, 501).join('\n')}\n`)

    const { code, stdout } = await runCli('evaluate', churn, data, '--json')

    const report = JSON.parse(stdout)
    expect(code).toBe(0)
    expect(report.data).toMatchObject({ name: 'new.csv', rows: 500 })
    expect(report.profile).toBeUndefined()
  })

  it('judges only the held-out rows of the file that the model was trained on, and says so', async () => {
    const { stdout, stderr } = await runCli('evaluate', churn, telcoPath)

    expect(stdout).toContain('1,409 held-out rows')
    expect(stderr).toContain('only the 1409 rows held out of the training are judged')
  })

  it('takes another threshold, costs and slices, and writes the page', async () => {
    await using folder = await temporaryFolder()
    const page = join(folder.path, 'out.html')

    const { code, stdout } = await runCli(
      ...['evaluate', churn, '--threshold', '0.3', '--cost', 'fp=10,fn=120', '--slices', 'Contract', 'tenure'],
      ...['--report', page],
    )

    expect(code).toBe(0)
    expect(stdout).toMatch(/threshold +0\.3 /)
    expect(stdout).toMatch(/lowest cost +0\.107 .* cost 6,620/)
    expect((await readFile(page, 'utf8')).startsWith('<!doctype html>')).toBe(true)
  })
})

describe('a model of several classes', () => {
  it('is judged by the rows its training held out, and knows no costs of two', async () => {
    await using folder = await temporaryFolder()
    const data = join(folder.path, 'plans.csv')
    const records = someRecords(300, ['low', 'middle', 'high'])
    await writeFile(data, `age,spend,plan,level\n${records.map(record => record.join(',')).join('\n')}\n`)
    const model = join(folder.path, 'level')
    await runCli('train', data, '--target', 'level', '--out', model, '--cv', '0')

    const judged = await runCli('evaluate', model, data, '--json')
    const costs = await runCli('evaluate', model, data, '--cost', 'fp=1')

    const stored = JSON.parse(await readFile(join(model, '1', 'report.json'), 'utf8'))
    const report = JSON.parse(judged.stdout)
    expect(report.confusion).toEqual(stored.confusion)
    expect(report.metrics.logLoss.value).toBeCloseTo(stored.metrics.logLoss.value, 5)
    expect(costs.code).toBe(4)
    expect(costs.stderr).toContain('--cost is for models of two classes; level has 3 classes')
  })
})

describe('gates', () => {
  it('that hold end with 0, others with 6 and what they are', async () => {
    const passed = await runCli('evaluate', churn, '--gate', 'auc>=0.85', 'log_loss<=0.4')
    const failed = await runCli('evaluate', churn, '--json', '--gate', 'auc>=0.85', 'brier<0.1')

    expect(passed.code).toBe(0)
    expect(failed.code).toBe(6)
    expect(JSON.parse(failed.stdout).gates).toMatchObject([{ passed: true }, { gate: 'brier<0.1', passed: false }])
    expect(failed.stderr).toContain('brier<0.1 does NOT hold')
  })
})

describe('what cannot be judged is named', () => {
  it.concurrent.each([
    { name: 'an unknown metric', args: ['--gate', 'acu>=0.8'], code: 2, says: /did you mean "auc"\?/ },
    { name: 'an unknown feature', args: ['--slices', 'contrat'], code: 4, says: /did you mean "contract"\?/ },
    { name: 'a missing file', args: ['none.csv'], code: 4, says: /none\.csv: the file does not exist/ },
    { name: 'a threshold beyond 1', args: ['--threshold', '1.5'], code: 2, says: /above 0 and below 1/ },
  ])('$name', async ({ args, code, says }) => {
    const result = await runCli('evaluate', churn, ...args)

    expect(result.code).toBe(code)
    expect(result.stderr).toMatch(says)
    expect(result.stdout).toBe('')
  })

  it('a missing column, a missing target and a wrong cell', async () => {
    await using folder = await temporaryFolder()
    const [header = '', row = ''] = (await readFile(telcoPath, 'utf8')).split(/\r?\n/)
    const judge = async (content: string) => {
      const data = join(folder.path, `${content.length}.csv`)
      await writeFile(data, content)
      return runCli('evaluate', churn, data)
    }

    const column = await judge(`${header.replace('tenure', 'tenures')}\n${row}\n`)
    const target = await judge(`${header.replace('Churn', 'Left')}\n${row}\n`)
    const cell = await judge(`${header}\n${row.replace('Month-to-month', 'weekly')}\n`)

    expect(column.stderr).toContain(
      'there is no column "tenure", a feature of this model; did you mean the column "tenures"?',
    )
    expect(target.stderr).toContain('there is no column "churn", the target')
    expect(cell.stderr).toMatch(/line 2, column "Contract": .*weekly/)
    expect([column.code, target.code, cell.code]).toEqual([4, 4, 4])
  })

  it('an unknown model', async () => {
    const { code, stderr } = await runCli('evaluate', join(churn, '..', 'chrun'))

    expect(code).toBe(5)
    expect(stderr).toContain('did you mean "churn"?')
  })
})
