import type { Clock } from './ports/clock.ts'
import type { Metrics } from './ports/metrics.ts'
import type { Model } from './ports/model.ts'

/** How often something happened, and how long it took in all. */
export type Spent = { readonly count: number; readonly milliseconds: number }

/** What a model version has done in this process since it was opened. */
export type ModelStatistics = {
  /** Milliseconds since 1970; 0 before the first. */
  readonly lastInference: number
  /** Rows answered. */
  readonly rows: number
  /** Runs of the graph. */
  readonly runs: number
  /** Calls answered, from their parsed body to their outcomes. */
  readonly success: Spent
  /** Rows lost to a fault of the model; how long that took is not known. */
  readonly failed: number
  readonly queue: Spent
  /** The graph alone. */
  readonly compute: Spent
  /** Runs by their number of rows. */
  readonly batches: ReadonlyMap<number, Spent>
}

export type StatisticsRecorder = {
  /** The model, its runs counted. */
  readonly model: Model
  /** Metrics that pass on what they are told, and count it here. */
  readonly metrics: Metrics
  /** What came before, the self-check above all, is no traffic. */
  start(): void
  read(): ModelStatistics
}

/** Counts the work of one model on its way to the model and to the metrics of the whole server. */
export function recordStatistics(model: Model, metrics: Metrics, clock: Clock): StatisticsRecorder {
  const batches = new Map<number, { count: number; milliseconds: number }>()
  const success = { count: 0, milliseconds: 0 }
  const queue = { count: 0, milliseconds: 0 }
  const compute = { count: 0, milliseconds: 0 }
  let [lastInference, rows, failed, isStarted] = [0, 0, 0, false]

  return {
    model: {
      ...model,
      async run(inputs, outputs) {
        const run = await model.run(inputs, outputs)
        if (!isStarted) return run
        const size = Object.values(inputs)[0]?.shape[0] ?? 1
        const batch = batches.get(size) ?? { count: 0, milliseconds: 0 }
        batches.set(size, batch)
        for (const spent of [batch, compute]) add(spent, run.milliseconds)
        metrics.observe('BatchSize', size)
        return run
      },
    },
    metrics: {
      ...metrics,
      count(name, by = 1) {
        metrics.count(name, by)
        if (name === 'Failed') failed += by
        if (name !== 'Predictions') return
        rows += by
        lastInference = clock.now()
      },
      observe(name, value) {
        metrics.observe(name, value)
        if (name === 'PredictionLatency') add(success, value)
        if (name === 'QueueWait') add(queue, value)
      },
    },
    start() {
      isStarted = true
    },
    read: () => ({ lastInference, rows, runs: compute.count, success, failed, queue, compute, batches }),
  }
}

function add(spent: { count: number; milliseconds: number }, milliseconds: number): void {
  spent.count++
  spent.milliseconds += milliseconds
}
