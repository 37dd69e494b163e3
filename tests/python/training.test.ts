import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { columnsOf } from '@scaling-mlops/core'
import type { Report } from '@scaling-mlops/core/evaluation'
import {
  type Dataset,
  judge,
  type LearnerSettings,
  shuffledFolds,
  shuffledSplit,
  type Training,
  train,
} from '@scaling-mlops/core/training'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadCsv } from '../support/load-csv.ts'
import { telcoPath } from '../support/telco.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPython } from './environment.ts'

type Fit = { columns: string[]; coefficients: number[][]; intercepts: number[] }
type Reference = {
  splits: { rows: number; share: number; seed: number; train: number[]; test: number[] }[]
  folds: { rows: number; folds: number; seed: number; tests: number[][] }[]
  fits: Record<string, Fit>
  trees: { auc: number; logLoss: number }
}

const linear: LearnerSettings = { algorithm: 'linear', c: 1 }
const trees: LearnerSettings = { algorithm: 'trees', trees: 100, depth: 3, learningRate: 0.1 }

const cases: { name: string; learner: LearnerSettings }[] = [
  { name: 'telco by trees', learner: trees },
  { name: 'breast-cancer', learner: linear },
  { name: 'wine', learner: linear },
  { name: 'diabetes', learner: linear },
]

type Trained = { dataset: Dataset; training: Training; report: Report }

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let reference: Reference
const trained = new Map<string, Trained>()

beforeAll(async () => {
  const python = await openPython()
  folder = await temporaryFolder()
  await python('fits.py', folder.path, telcoPath)
  reference = JSON.parse(await readFile(join(folder.path, 'reference.json'), 'utf8'))
  for (const { name, learner } of cases) trained.set(name, await trainOn(name, learner))
})
afterAll(() => folder?.[Symbol.asyncDispose]())

describe('rows are those of scikit-learn', () => {
  it('in train_test_split', () => {
    for (const { rows, share, seed, train, test } of reference.splits) {
      const split = shuffledSplit(rows, share, seed)

      expect([...split.train]).toEqual(train)
      expect([...split.test]).toEqual(test)
    }
  })

  it('in KFold', () => {
    for (const { rows, folds, seed, tests } of reference.folds)
      expect(shuffledFolds(rows, folds, seed).map(({ test }) => [...test])).toEqual(tests)
  })
})

describe('coefficients are those of scikit-learn', () => {
  it.each(['breast-cancer', 'wine', 'diabetes'])('on %s', name => {
    const { dataset, training } = given(name)
    const fit = reference.fits[name] as Fit
    const { model } = training
    if (model.kind !== 'linear') throw new Error('not linear')

    expect(columnsOf(dataset.table)).toEqual(fit.columns)
    fit.coefficients.forEach((weights, output) => {
      expect(Math.abs((fit.intercepts[output] ?? 0) - (model.intercepts[output] ?? 0))).toBeLessThan(1e-3)
      weights.forEach((weight, column) => {
        expect(Math.abs(weight - Number(model.coefficients[output]?.[column])), fit.columns[column]).toBeLessThan(1e-3)
      })
    })
  })
})

describe('boosted trees', () => {
  it('are as good as those of scikit-learn on customers they have not seen', () => {
    const { metrics } = given('telco by trees').report

    expect(metrics.auc?.value).toBeGreaterThan(reference.trees.auc - 0.005)
    expect(metrics.logLoss?.value).toBeLessThan(reference.trees.logLoss + 0.005)
  })
})

async function trainOn(name: string, learner: LearnerSettings): Promise<Trained> {
  const [data = ''] = name.split(' ')
  const dataset =
    data === 'telco' ? await loadCsv(telcoPath, 'churn') : await loadCsv(join(folder.path, `${data}.csv`), 'target')
  const settings = {
    candidates: [learner],
    split: 'sklearn',
    testShare: 0.2,
    seed: 1,
    folds: 0,
    threshold: 0.5,
  } as const
  const training = train(dataset, settings)
  const manifest = { name: data, version: 1, title: data, algorithm: training.algorithm }
  const { report } = await judge(dataset, training, { manifest, data: { name, sha256: '' }, seed: 1 })
  return { dataset, training, report }
}

function given(name: string): Trained {
  return trained.get(name) as Trained
}
