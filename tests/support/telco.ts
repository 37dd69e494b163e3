import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Dataset } from '@scaling-mlops/core/training'
import { loadCsv } from './load-csv.ts'

/** What scikit-learn makes of the churn data. */
export type TelcoReference = {
  readonly testRows: number[]
  readonly firstTrainRows: number[]
  readonly firstHeldOutPlaces: number[][]
  readonly foldAucs: number[]
  readonly coefficients: Record<string, number>
  readonly intercept: number
  readonly test: Readonly<
    Record<'auc' | 'prAuc' | 'logLoss' | 'brier' | 'accuracy' | 'precision' | 'recall' | 'f1', number>
  >
  readonly firstTestProbabilities: number[]
}

export const telcoPath = fileURLToPath(new URL('../../models/churn/data/telco-churn.csv', import.meta.url))

export const telcoReference: TelcoReference = JSON.parse(
  readFileSync(new URL('../fixtures/telco-reference.json', import.meta.url), 'utf8'),
)

export const loadTelco = (): Promise<Dataset> => loadCsv(telcoPath, 'churn')
