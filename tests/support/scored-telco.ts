import { columnsOf, compilePreprocess, type FeatureTable, type Row } from '@scaling-mlops/core'
import { type ReportFacts, rowsFrom } from '@scaling-mlops/core/evaluation'
import { loadCsv } from './load-csv.ts'
import { telcoPath, telcoReference } from './telco.ts'

export const telcoTask = {
  kind: 'binary',
  target: 'churn',
  classes: ['no', 'yes'],
  positive: 'yes',
  threshold: 0.5,
} as const

/** The churn data in scikit-learn's split, with the probabilities that scikit-learn's own coefficients give: metrics of them must be scikit-learn's. */
export async function scoredTelco() {
  const { table, columns, targets, rowCount } = await loadCsv(telcoPath, 'churn')
  const take = (places: readonly number[]) => ({
    columns: columns.map(column => Float64Array.from(places, place => column[place] ?? Number.NaN)),
    targets: Uint8Array.from(places, place => targets[place] ?? 0),
  })
  const isTest = new Set(telcoReference.testRows)
  const train = take(Array.from({ length: rowCount }, (_, row) => row).filter(row => !isTest.has(row)))
  const test = take(telcoReference.testRows)
  const weights = columnsOf(table).map(name => telcoReference.coefficients[name] ?? Number.NaN)
  const score = scorer(table, weights)
  const outputs = score(rowsFrom(test.columns, [...test.targets.keys()]))
  const facts: Omit<ReportFacts, 'random'> = {
    manifest: {
      name: 'churn',
      version: 1,
      title: 'Churn Prediction',
      algorithm: 'logistic regression',
      task: telcoTask,
      features: table,
    },
    data: { name: 'telco-churn.csv', sha256: 'a'.repeat(64) },
    test: { ...test, outputs },
    train,
    weights: [{ intercept: telcoReference.intercept, weights }],
  }
  return { table, train, test: { ...test, outputs }, facts, score }
}

function scorer(table: FeatureTable, weights: readonly number[]): (rows: readonly Row[]) => Float64Array {
  const preprocess = compilePreprocess(table)
  const encoded = new Float64Array(preprocess.width)
  return rows =>
    Float64Array.from(rows, row => {
      preprocess.write(row, encoded, 0)
      const odds = encoded.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), telcoReference.intercept)
      return 1 / (1 + Math.exp(-odds))
    })
}

/** A small seeded generator (Mulberry32) of numbers in [0, 1). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let word = Math.imul(state ^ (state >>> 15), 1 | state)
    word = (word + Math.imul(word ^ (word >>> 7), 61 | word)) ^ word
    return ((word ^ (word >>> 14)) >>> 0) / 2 ** 32
  }
}
