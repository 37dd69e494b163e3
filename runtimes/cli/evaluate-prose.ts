import {
  type Confusion,
  costOf,
  f1,
  METRICS,
  type MetricName,
  precision,
  type Report,
  recall,
} from '@scaling-mlops/core/evaluation'

/** A report as a few lines for people: metrics, decisions, and where the model does worst. */
export function toText(report: Report): string {
  const { model, version, data } = report
  return [
    `${model} ${version} · ${count(data.rows)} ${data.trainingRows === undefined ? 'rows' : 'held-out rows'} of ${data.name}`,
    ...metricLines(report),
    ...decisionLines(report),
    ...sliceLines(report),
  ].join('\n')
}

function metricLines({ metrics }: Report): string[] {
  return (Object.keys(metrics) as MetricName[]).map(name => {
    const { value = Number.NaN, interval, baseline } = metrics[name] ?? {}
    const range = interval === undefined ? '' : `[${interval.map(end => end.toFixed(3)).join(' – ')}]`
    const without = baseline === undefined ? '' : `without features ${baseline.toFixed(3)}`
    return line(METRICS[name].title, `${value.toFixed(4).padEnd(10)}${range.padEnd(20)}${without}`)
  })
}

function decisionLines(report: Report): string[] {
  if (report.task !== 'binary') return []
  const { threshold, confusion, best, costs } = report
  const decide = (name: string, at: number, table: Confusion) =>
    line(
      name,
      [
        `${String(at).padEnd(9)} precision ${percent(precision(table))} · recall ${percent(recall(table))} · F1 ${f1(table).toFixed(3)}`,
        ...(costs === undefined ? [] : [`cost ${count(costOf(table, costs))}`]),
      ].join(' · '),
    )
  return [
    decide('threshold', threshold, confusion),
    decide('highest F1', best.f1.threshold, best.f1.confusion),
    ...(best.cost === undefined ? [] : [decide('lowest cost', best.cost.threshold, best.cost.confusion)]),
  ]
}

function sliceLines({ slices, quality }: Report): string[] {
  const sign = METRICS[quality].better === 'higher' ? 1 : -1
  return slices
    .filter(slice => slice.quality !== undefined)
    .toSorted((a, b) => sign * ((a.quality ?? 0) - (b.quality ?? 0)))
    .slice(0, 3)
    .map(({ feature, value, rows, quality: figure = Number.NaN }, index) =>
      line(
        index === 0 ? 'worst slices' : '',
        `${METRICS[quality].title} ${figure.toFixed(4)} for ${feature} = ${value} (${count(rows)} rows)`,
      ),
    )
}

function line(title: string, text: string): string {
  return `  ${title.padEnd(20)} ${text}`.trimEnd()
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : '–'
}

function count(value: number): string {
  return value.toLocaleString('en-US')
}
