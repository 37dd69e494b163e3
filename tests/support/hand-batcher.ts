import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { type Call, createBatcher, createServiceTime, type Row, type Scores } from '@scaling-mlops/core'

export type Run = {
  readonly rows: readonly Row[]
  finish(milliseconds?: number): Promise<void>
  fail(error: Error): Promise<void>
}

/** A batcher whose turns, time and runs are moved by hand. A row is one number; its score is the same number. */
export function aBatcher({ slots = 1, maxRows = 100, maxQueuedRows = 1000, maxWaitMs = 1000 } = {}) {
  let now = 0
  const turns: (() => void)[] = []
  const runs: Run[] = []
  const metrics = createMemoryMetrics()
  const serviceTime = createServiceTime()
  const settle = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
  const { score, refusal } = createBatcher<readonly number[], Scores>({
    slots,
    limits: { maxRows, maxQueuedRows, maxWaitMs },
    serviceTime,
    metrics,
    clock: { now: () => now, monotonic: () => now },
    scheduler: { afterTurn: callback => turns.push(callback) },
    runBatch: rows =>
      new Promise((resolve, reject) => {
        runs.push({
          rows,
          finish: (milliseconds = rows.length) => {
            now += milliseconds
            resolve({
              scores: { values: Float32Array.from(rows, ([value = 0]) => value), stride: 1, first: 0 },
              milliseconds,
            })
            return settle()
          },
          fail: error => {
            reject(error)
            return settle()
          },
        })
      }),
  })
  const valuesOf = ({ values, first }: Scores, count: number): number[] =>
    Array.from(values.subarray(first, first + count))
  return {
    runs,
    metrics,
    serviceTime,
    refusal,
    call: async (values: readonly number[], call?: Call): Promise<number[]> =>
      valuesOf(
        await score(
          values.map(value => [value]),
          call,
        ),
        values.length,
      ),
    endTurn: () => {
      for (const callback of turns.splice(0)) callback()
    },
    wait: (milliseconds: number) => {
      now += milliseconds
    },
  }
}

/** The code of the error that a call ends with, or "answered". */
export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'answered',
    error => error.code ?? error.message,
  )
