import { METRICS, type Metric, type MetricName, type Report } from '@scaling-mlops/core/evaluation'
import { createFrame } from '../chart/geometry.ts'
import { picture } from '../chart/parts.ts'
import { figure, percent, percentExact, plain, threshold } from '../format.ts'
import { type Html, html } from '../html.ts'
import { positiveName } from './ranking.ts'

const SHOWN: Readonly<Record<Report['task'], readonly MetricName[]>> = {
  binary: ['auc', 'prAuc', 'logLoss', 'brier', 'accuracy'],
  multiclass: ['accuracy', 'logLoss', 'auc', 'macroF1', 'weightedF1'],
  regression: ['r2', 'rmse', 'mae'],
}

/** The first thing to read: one sentence, then each metric with its interval beside what no model would reach. */
export function summarySection(report: Report): Html {
  return html`<section class="summary" id="summary" aria-labelledby="summary-title"><h2 id="summary-title">${headline(report)}</h2>${subline(report)}<ul class="tiles">${SHOWN[
    report.task
  ].flatMap(name => {
    const metric = report.metrics[name]
    return metric === undefined ? [] : [tile(name, metric)]
  })}</ul>${crossValidation(report)}</section>`
}

function headline(report: Report): string {
  switch (report.task) {
    case 'binary': {
      const area = report.metrics.auc?.value
      return area === undefined
        ? `All judged rows are of one class, so ranking cannot be judged.`
        : `Shown one ${positiveName(report)} row and one other, the model ranks the ${positiveName(report)} row first ${Math.round(area * 100)} times in 100.`
    }
    case 'multiclass':
      return `The model names the right ${report.target} for ${percent(report.metrics.accuracy?.value ?? 0)} of the rows.`
    case 'regression':
      return `The model explains ${percent(report.metrics.r2?.value ?? 0)} of the differences in ${report.target}.`
  }
}

function subline(report: Report): Html {
  const { accuracy, rmse, mae } = report.metrics
  const base = accuracy?.baseline
  const always =
    base === undefined ? '' : `, where always giving the most frequent answer is right for ${percentExact(base)}`
  switch (report.task) {
    case 'binary':
      return html`<p class="lead">At threshold ${threshold(report.threshold)} it is right for ${percentExact(accuracy?.value ?? 0)} of the rows${always}.</p>`
    case 'multiclass':
      return html`<p class="lead">It is right for ${percentExact(accuracy?.value ?? 0)}${always}.</p>`
    case 'regression':
      return html`<p class="lead">It is off by ${plain(mae?.value ?? 0)}${report.unit === undefined ? '' : ` ${report.unit}`} on average; always giving the mean has an RMSE of ${plain(rmse?.baseline ?? 0)}, the model ${plain(rmse?.value ?? 0)}.</p>`
  }
}

function tile(name: MetricName, metric: Metric): Html {
  const { title, better } = METRICS[name]
  const interval =
    metric.interval === undefined
      ? undefined
      : `95\u202f% ${figure(metric.interval[0])} – ${figure(metric.interval[1])}`
  const baseline = metric.baseline === undefined ? undefined : `without features ${figure(metric.baseline)}`
  return html`<li class="tile"><p class="kind">${title} <span>${better === 'higher' ? '▲ higher is better' : '▼ lower is better'}</span></p><p class="value">${figure(metric.value)}</p>${metric.interval === undefined && metric.baseline === undefined ? undefined : gauge(title, metric)}<p class="foot">${interval}${interval !== undefined && baseline !== undefined ? html`<br>` : undefined}${baseline}</p></li>`
}

/** The metric and its interval on a line that also holds what no model would reach. */
function gauge(title: string, { value, interval = [value, value], baseline = value }: Metric): Html {
  const [low, high] = [Math.min(interval[0], baseline), Math.max(interval[1], baseline)]
  const room = (high - low) * 0.06 || Math.abs(value) * 0.06 || 1
  const frame = createFrame({
    x: [low - room, high + room],
    y: [0, 1],
    width: 180,
    height: 18,
    margin: { left: 2, right: 2, top: 2, bottom: 2 },
  })
  const middle = frame.height / 2
  return picture(
    frame,
    `${title} with its interval and its baseline`,
    `${figure(value)}, between ${figure(interval[0])} and ${figure(interval[1])}; baseline ${figure(baseline)}`,
    html`<line class="axis" x1="${frame.left}" x2="${frame.right}" y1="${middle}" y2="${middle}"/><line class="base" x1="${frame.x(baseline)}" x2="${frame.x(baseline)}" y1="3" y2="15"/><line class="range s1" x1="${frame.x(interval[0])}" x2="${frame.x(interval[1])}" y1="${middle}" y2="${middle}"/><circle class="dot s1" cx="${frame.x(value)}" cy="${middle}" r="4.5"/>`,
  )
}

function crossValidation({ crossValidation: folds }: Report): Html | undefined {
  if (folds === undefined) return undefined
  return html`<p class="lead small">${folds.scores.length}-fold cross-validation on the training rows: ${METRICS[folds.metric].title} <strong>${figure(folds.mean)} ± ${figure(folds.standardDeviation)}</strong> <span class="muted">(${folds.scores.map(figure).join(', ')})</span></p>`
}
