/** Answers as docs/console-api.md has them, for states that a test cannot bring about at will. */

export const whatIf = {
  model: 'churn',
  version: 1,
  answer: { churn_probability: 0.42, churn: false },
  output: 'yes',
  score: 0.42,
  threshold: 0.5,
  label: false,
  explanation: {
    method: 'linear',
    scale: 'log-odds',
    output: 'yes',
    base: -1.7,
    baseFrom: 'training',
    baseProbability: 0.15,
    total: -0.32,
    contributions: [
      { feature: 'contract', value: 'month-to-month', contribution: 0.9 },
      { feature: 'internetservice', value: 'fiber_optic', contribution: 0.8 },
      { feature: 'tenure', value: 38, contribution: -0.32 },
    ],
  },
  curves: [
    {
      feature: 'tenure',
      points: [
        [0, 0.7],
        [38, 0.42],
        [72, 0.2],
      ],
    },
  ],
  options: [
    {
      feature: 'contract',
      values: [
        { value: 'month-to-month', score: 0.61 },
        { value: 'one_year', score: 0.42 },
        { value: 'two_year', score: 0.22 },
      ],
    },
  ],
  changes: [{ feature: 'contract', from: 'one_year', to: 'month-to-month', score: 0.61, label: true }],
  milliseconds: 1,
}

/** `runs` of one row, and half as many of seven. */
export const snapshot = (at: number, runs = 0) => ({
  at,
  health: { state: 'degraded', reasons: ['3 rows were refused in the last minute'] },
  workers: 2,
  counters: { Predictions: 12_345, Rejected: 3, Failed: 0, Invalid: 7, DeadLettered: 1, Retried: 0 },
  gauges: { InFlight: 2, WorkerUtilization: 71, EventLoopDelayP99: 1.5 },
  distributions: {
    QueueWait: { count: 5, sum: 2, p50: 0.2, p95: 1, p99: 1, histogram: { longest: [0.1, 2], counts: [4, 1], sum: 2 } },
    BatchSize: {
      count: 10 + runs * 1.5,
      sum: 10 + runs * 4.5,
      p50: 1,
      p95: 7,
      p99: 7,
      histogram: { longest: [1, 7], counts: [10 + runs, runs / 2], sum: 10 + runs * 4.5 },
    },
  },
  recent: {
    seconds: 10,
    perSecond: { Predictions: 120, Rejected: 0.3, Failed: 0, Invalid: 0 },
    latency: { count: 1200, p50: 0.4, p95: 1.2, p99: 3.4 },
    queueWait: { count: 1200, p50: 0.1, p95: 0.4, p99: 1 },
  },
  scaling: { signal: 'WorkerUtilization', value: 71, target: 60 },
  models: [{ name: 'churn', versions: [1], serving: 1 }],
  minutes: [60, 30, 0].map(ago => ({
    at: at - ago * 60_000,
    predictions: 6000,
    rejected: 0,
    failed: 0,
    invalid: 0,
    p50: 0.4,
    p95: 1.2,
    p99: 3,
    utilization: 50,
  })),
})

export const job = (state: 'running' | 'done' | 'failed') => ({
  id: 'job-1',
  model: 'churn',
  version: 1,
  filename: 'customers.csv',
  format: 'csv',
  bytes: 1000,
  state,
  createdAt: 1_795_000_000_000,
  startedAt: 1_795_000_000_000,
  finishedAt: state === 'running' ? null : 1_795_000_002_000,
  progress: {
    bytesRead: state === 'running' ? 400 : 1000,
    rows: 4000,
    errors: 3,
    rowsPerSecond: 61_300,
    secondsLeft: 13,
  },
  ...(state === 'done' ? { summary: { rows: 4000, scored: 3997, failed: 3, mean: 0.263, positives: 1080 } } : {}),
  ...(state === 'failed'
    ? { problem: { code: 'too_many_errors', message: 'more than 100 rows could not be scored' } }
    : {}),
})
