import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { repository } from './host.ts'

/** Models that other libraries trained and exported on the churn data (tests/python/make_fixtures.py), with those libraries' answers on its first 1,000 rows. */
export type ForeignModel = {
  readonly name: string
  /** Flags of `adopt` that its graph needs beside the rows. */
  readonly features: readonly Readonly<Record<string, unknown>>[]
  readonly flags: readonly string[]
}

const manifest = JSON.parse(await readFile(`${repository}/churn/1/manifest.json`, 'utf8'))
const totalcharges = { name: 'TotalCharges', missing: { fill: 0 } }
const numbers = ['SeniorCitizen', 'tenure', 'MonthlyCharges'].map(name => ({ name }))

export const foreignModels: readonly ForeignModel[] = [
  { name: 'sklearn-columns', features: [totalcharges], flags: [] },
  { name: 'sklearn-packed', features: manifest.features, flags: [] },
  { name: 'sklearn-forest', features: [...numbers, totalcharges], flags: [] },
  { name: 'sklearn-regression', features: numbers, flags: [] },
  { name: 'xgboost', features: manifest.features, flags: [] },
  { name: 'lightgbm', features: manifest.features, flags: [] },
  { name: 'pytorch', features: manifest.features, flags: [] },
]

const folder = fileURLToPath(new URL('../fixtures/foreign', import.meta.url))

export const graphOf = (name: string): string => join(folder, name, 'model.onnx')

/** The library's own answers, a list a row. */
export async function expectedOf(name: string): Promise<number[][]> {
  const text = await readFile(join(folder, name, 'expected.csv'), 'utf8')
  return text
    .trim()
    .split('\n')
    .map(line => line.split(',').map(Number))
}

const telco = (await readFile(`${repository}/churn/data/telco-churn.csv`, 'utf8')).trim().split('\n').slice(0, 1001)

/** The 1,000 rows as callers have them, in the raw spelling of the file. */
export const rawRows: readonly Readonly<Record<string, string>>[] = telco.slice(1).map(line => {
  const cells = line.trim().split(',')
  return Object.fromEntries(
    (telco[0] as string)
      .trim()
      .split(',')
      .map((name, place) => [name, cells[place] ?? '']),
  )
})

/** Writes what `adopt` is given: the features it cannot know, and the rows with the expected answers in columns e1, e2 and so on. Answers the flags. */
export async function writeAdoptInput(
  into: string,
  { name, features, flags }: ForeignModel,
  change: (expected: number, row: number) => number = value => value,
): Promise<string[]> {
  const expected = await expectedOf(name)
  const columns = (expected[0] as number[]).map((_, index) => `e${index + 1}`)
  const lines = telco.map((line, index) =>
    [
      line.trim(),
      ...(index === 0 ? columns : (expected[index - 1] as number[]).map(value => change(value, index))),
    ].join(','),
  )
  await writeFile(join(into, `${name}.csv`), `${lines.join('\n')}\n`)
  await writeFile(join(into, `${name}.json`), JSON.stringify(features))
  return [
    graphOf(name),
    '--name',
    name,
    '--features',
    join(into, `${name}.json`),
    '--rows',
    join(into, `${name}.csv`),
    '--expected',
    ...columns,
    ...flags,
  ]
}
