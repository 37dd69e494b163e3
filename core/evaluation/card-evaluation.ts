import { code, count, escaped, figure, markdownTable } from './markdown.ts'
import { METRICS, type MetricName } from './metric.ts'
import type { Report } from './report.ts'

/** Metrics with intervals and baselines, the confusion table, and the slices that do worst. */
export function evaluation(report: Report): string {
  const { metrics, data, quality } = report
  const rows = (Object.keys(metrics) as MetricName[]).map(name => {
    const metric = metrics[name]
    const interval =
      metric?.interval === undefined ? '' : `${figure(metric.interval[0])} – ${figure(metric.interval[1])}`
    return [
      METRICS[name].title,
      figure(metric?.value),
      interval,
      metric?.baseline === undefined ? '' : figure(metric.baseline),
    ]
  })
  const confusion =
    report.task === 'binary'
      ? markdownTable(
          [`At threshold ${report.threshold}`, `said ${code(report.positive)}`, `said ${code(report.negative)}`],
          [
            [
              `was ${code(report.positive)}`,
              count(report.confusion.truePositives),
              count(report.confusion.falseNegatives),
            ],
            [
              `was ${code(report.negative)}`,
              count(report.confusion.falsePositives),
              count(report.confusion.trueNegatives),
            ],
          ],
        )
      : ''
  const worse = METRICS[quality].better === 'higher' ? 1 : -1
  const worst = report.slices
    .filter(slice => slice.quality !== undefined)
    .toSorted((a, b) => worse * ((a.quality ?? 0) - (b.quality ?? 0)))
    .slice(0, 5)
  const slices =
    worst.length === 0
      ? ''
      : `The slices for which it does worst:\n\n${markdownTable(
          ['Slice', 'Rows', METRICS[quality].title],
          worst.map(slice => [code(`${slice.feature} = ${slice.value}`), count(slice.rows), figure(slice.quality)]),
        )}`
  return [
    `On ${count(data.rows)} rows held out of the training. Intervals are 95 %, from resampling these rows.`,
    markdownTable(['Metric', 'Value', '95 % interval', 'Without features'], rows),
    confusion,
    slices,
  ]
    .filter(part => part !== '')
    .join('\n\n')
}

/** What the model needs most, and what in the data should be checked. */
export function leaning({ importance, quality, profile }: Report): string {
  const table =
    importance.length === 0
      ? 'Not measured.'
      : `Loss of ${METRICS[quality].title} when a feature's values are dealt out among the rows at random; associations, not causes.\n\n${markdownTable(
          ['Feature', 'Loss', '±'],
          importance
            .slice(0, 10)
            .map(entry => [code(entry.feature), figure(entry.loss), figure(entry.standardDeviation)]),
        )}`
  const warnings = (profile?.features ?? []).flatMap(feature =>
    feature.warnings.map(({ message }) => `- ${escaped(message)}`),
  )
  return warnings.length === 0 ? table : `${table}\n\nThe data should be checked:\n\n${warnings.join('\n')}`
}
