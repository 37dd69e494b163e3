import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { json } from '../../support/churn.ts'
import { expectedOf, foreignModels, graphOf, rawRows, writeAdoptInput } from '../../support/foreign-models.ts'
import { openMemoryHost } from '../../support/host.ts'
import { runCli } from '../../support/run-cli.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const modelNamed = (name: string) => foreignModels.find(model => model.name === name) as (typeof foreignModels)[number]

describe.concurrent('scaling-mlops adopt', () => {
  it.each(foreignModels)('makes a bundle of $name that answers 1,000 rows as its library does', async model => {
    await using folder = await temporaryFolder()
    const flags = await writeAdoptInput(folder.path, model)

    const { code, stdout, stderr } = await runCli('adopt', ...flags, '--out', join(folder.path, 'models'), '--json')
    expect({ code, stderr: code === 0 ? '' : stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({ model: model.name, version: 1, rows: 1000 })
    expect(JSON.parse(stdout).difference).toBeLessThan(1e-5)

    const { features } = JSON.parse(await readFile(join(folder.path, 'models', model.name, '1/manifest.json'), 'utf8'))
    const names = new Set(features.map(({ name }: { name: string }) => name))
    const rows = rawRows.map(row =>
      Object.fromEntries(Object.entries(row).filter(([key]) => names.has(key.toLowerCase()))),
    )
    const host = await openMemoryHost({ MODEL_REPOSITORY: join(folder.path, 'models') })
    const answers = (await (await host.fetch('/predict', json(rows))).json()) as Record<string, unknown>[]
    await host.close()
    expect(answers).toHaveLength(1000)
    const expected = await expectedOf(model.name)
    answers.forEach((answer, index) => {
      const given = numbersOf(answer, model.name)
      expect(given).toHaveLength(expected[index]?.length ?? 0)
      for (const [at, value] of (expected[index] ?? []).entries())
        expect(Math.abs(value - (given[at] ?? Number.NaN))).toBeLessThan(1e-5)
    })
  })

  it('recovers categories from the encoders, as the file spells them', async () => {
    await using folder = await temporaryFolder()
    await runCli('adopt', graphOf('sklearn-columns'), '--name', 'churn', '--out', folder.path)

    const manifest = JSON.parse(await readFile(join(folder.path, 'churn/1/manifest.json'), 'utf8'))
    expect(manifest.task).toMatchObject({ kind: 'binary', target: 'churn', classes: ['No', 'Yes'], positive: 'Yes' })
    expect(manifest.features).toHaveLength(19)
    expect(manifest.features[14]).toEqual({
      kind: 'category',
      name: 'contract',
      values: [
        { value: 'month-to-month', label: 'Month-to-month' },
        { value: 'one_year', label: 'One year' },
        { value: 'two_year', label: 'Two year' },
      ],
    })
    expect(manifest.input[14]).toEqual({
      name: 'Contract',
      features: ['contract'],
      spellings: { contract: ['Month-to-month', 'One year', 'Two year'] },
    })
  })

  it('writes the next version, and an example beside the versions', async () => {
    await using folder = await temporaryFolder()
    const adopt = () => runCli('adopt', graphOf('sklearn-columns'), '--name', 'churn', '--out', folder.path)
    await adopt()
    const { stdout } = await adopt()

    expect(stdout).toContain('churn/2')
    expect((await readdir(join(folder.path, 'churn'))).sort()).toEqual(['1', '2', 'example.json'])
    const predicted = await runCli('predict', join(folder.path, 'churn'), '--set', 'contract=Two year')
    expect(JSON.parse(predicted.stdout)).toMatchObject({ churn: expect.any(Boolean) })
  })

  it('refuses a graph that does not answer as its library did, and writes nothing', async () => {
    await using folder = await temporaryFolder()
    const flags = await writeAdoptInput(folder.path, modelNamed('xgboost'), (value, row) =>
      row === 777 ? value + 1e-4 : value,
    )

    const { code, stderr } = await runCli('adopt', ...flags, '--out', join(folder.path, 'models'))

    expect(stderr).toMatch(/error\[E_MODEL\]: row 777: expected 0\.\d+, got 0\.\d+/)
    expect(code).toBe(5)
    expect(await readdir(join(folder.path, 'models', 'xgboost')).catch(() => [])).toEqual([])
  })

  it.each([
    {
      name: 'that packed columns need names',
      args: [graphOf('xgboost'), '--name', 'x'],
      code: 3,
      says: /input "X" takes 45 columns that the graph has no names for: give them .*--features FILE/,
    },
    {
      name: 'features that do not fill the columns',
      args: [graphOf('sklearn-packed'), '--name', 'x'],
      features: [{ name: 'a' }, { name: 'b' }],
      code: 3,
      says: /takes 45 columns, the 2 features given make 2/,
    },
    {
      name: 'a feature that the graph has no input for',
      args: [graphOf('sklearn-columns'), '--name', 'x'],
      features: [{ name: 'age' }],
      code: 3,
      says: /no input for the feature "age"/,
    },
    {
      name: 'a class that is none',
      args: [graphOf('sklearn-columns'), '--name', 'x', '--positive', 'yes'],
      code: 5,
      says: /--positive must be one of No, Yes; got "yes"/,
    },
    {
      name: 'a name that is a path',
      args: [graphOf('sklearn-columns'), '--name', '../x'],
      code: 5,
      says: /--name must be/,
    },
    { name: 'a file that is no ONNX', args: ['LICENSE-LIKE', '--name', 'x'], code: 5, says: /not an ONNX file/ },
  ])('says $name', async ({ args, features, code, says }) => {
    await using folder = await temporaryFolder()
    const text = join(folder.path, 'text')
    await writeFile(text, 'MIT License, and so on')
    await writeFile(join(folder.path, 'f.json'), JSON.stringify(features ?? []))
    const flags = features === undefined ? [] : ['--features', join(folder.path, 'f.json')]

    const result = await runCli(
      'adopt',
      ...args.map(arg => (arg === 'LICENSE-LIKE' ? text : arg)),
      ...flags,
      '--out',
      join(folder.path, 'models'),
    )

    expect(result.stderr).toMatch(says)
    expect(result.code).toBe(code)
    expect(await readdir(join(folder.path, 'models')).catch(() => [])).toEqual([])
  })
})

function numbersOf(answer: Readonly<Record<string, unknown>>, name: string): number[] {
  if (typeof answer.probabilities === 'object') return Object.values(answer.probabilities as Record<string, number>)
  return [(answer[`${name}_probability`] ?? answer[name]) as number]
}
