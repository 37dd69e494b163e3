/** A figure of quality with what is needed to judge it. */
export type Metric = {
  readonly value: number
  /** 95 %, from resampling the test rows. */
  readonly interval?: readonly [low: number, high: number]
  /** What a model without any feature reaches: one that knows only the training rows' classes or mean. */
  readonly baseline?: number
}

/** What a report may hold under `metrics`, by the names gates use. */
export const METRICS = {
  auc: { title: 'AUC', better: 'higher' },
  prAuc: { title: 'PR-AUC', better: 'higher' },
  logLoss: { title: 'Log loss', better: 'lower' },
  brier: { title: 'Brier score', better: 'lower' },
  accuracy: { title: 'Accuracy', better: 'higher' },
  precision: { title: 'Precision', better: 'higher' },
  recall: { title: 'Recall', better: 'higher' },
  f1: { title: 'F1', better: 'higher' },
  calibrationError: { title: 'Calibration error', better: 'lower' },
  macroF1: { title: 'Macro F1', better: 'higher' },
  weightedF1: { title: 'Weighted F1', better: 'higher' },
  r2: { title: 'R²', better: 'higher' },
  rmse: { title: 'RMSE', better: 'lower' },
  mae: { title: 'MAE', better: 'lower' },
} as const satisfies Record<string, { readonly title: string; readonly better: 'higher' | 'lower' }>

export type MetricName = keyof typeof METRICS

/** Those a report has, in the order of `METRICS`. */
export type Metrics = Readonly<Partial<Record<MetricName, Metric>>>

/** Leaves out what is not defined: metrics that came out as NaN (an AUC of one class) and parts that are undefined. */
export function defined(
  figures: Readonly<
    Partial<
      Record<MetricName, { value: number; interval?: Metric['interval'] | undefined; baseline?: number | undefined }>
    >
  >,
): Metrics {
  const metrics: Partial<Record<MetricName, Metric>> = {}
  for (const name of Object.keys(METRICS) as MetricName[]) {
    const figure = figures[name]
    if (figure === undefined || !Number.isFinite(figure.value)) continue
    const { value, interval, baseline } = figure
    metrics[name] = {
      value,
      ...(interval === undefined ? {} : { interval }),
      ...(baseline === undefined || !Number.isFinite(baseline) ? {} : { baseline }),
    }
  }
  return metrics
}
