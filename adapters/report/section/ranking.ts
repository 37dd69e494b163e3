import type { Report } from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { areaPath, createFrame, linePath, type Point } from '../chart/geometry.ts'
import { axes, marker, path, picture } from '../chart/parts.ts'
import { count, figure, percent, percentExact, plain, threshold } from '../format.ts'
import { type Html, html } from '../html.ts'

export type BinaryReport = Extract<Report, { task: 'binary' }>

/** Which rows come first: ROC, precision-recall and gain. */
export function rankingChapter(report: BinaryReport): Html {
  return chapter(
    'ranking',
    'Ranking',
    'Whether the rows that matter get the highest scores. Nothing here depends on a threshold.',
    grid(rocCard(report), precisionRecallCard(report), gainCard(report)),
  )
}

/** What the positive class is called: `churn = yes`. */
export function positiveName({ target, positive }: BinaryReport): string {
  return `${target}\u00a0=\u00a0${positive}`
}

const UNIT = [0, 0.2, 0.4, 0.6, 0.8, 1]

function rocCard(report: BinaryReport): Html {
  const { roc } = report.curves
  const { auc } = report.metrics
  const points = roc.map((point): Point => [point[0], point[1]])
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = report.confusion
  const share = report.positives / report.data.rows
  const sentence = `To find 80\u202f% of the ${positiveName(report)} rows, ${percent(firstAt(roc, 0.8))} of the others are flagged too.`
  const frame = createFrame({ x: [0, 1], y: [0, 1], xTicks: UNIT, yTicks: UNIT })
  const format = (value: number) => percent(value)
  return card({
    kind: auc === undefined ? 'ROC curve' : `ROC curve · AUC ${figure(auc.value)}`,
    sentence,
    legend: [
      { className: 'line s1', label: 'model' },
      { className: 'line reference', label: 'random' },
      { className: 'line ideal', label: 'ideal' },
    ],
    content: picture(
      frame,
      'ROC curve',
      sentence,
      html`${axes(frame, { label: 'others flagged (false positive rate)', format }, { label: 'found (recall)', format })}${path(areaPath(frame, points), 'area s1')}${path(
        linePath(frame, [
          [0, 0],
          [1, 1],
        ]),
        'line reference',
      )}${path(
        linePath(frame, [
          [0, 0],
          [0, 1],
          [share > 0 ? 1 : 0, 1],
        ]),
        'line ideal',
      )}${path(linePath(frame, points), 'line s1')}${marker(frame, falsePositives / (falsePositives + trueNegatives), truePositives / (truePositives + falseNegatives), 'dot s1', `threshold ${threshold(report.threshold)}`)}`,
    ),
    numbers: dataTable(
      'Points of the ROC curve',
      [
        { title: 'Threshold', cell: point => plain(point[2]) },
        { title: 'False positive rate', cell: point => percentExact(point[0]) },
        { title: 'Recall', cell: point => percentExact(point[1]) },
      ],
      roc,
    ),
  })
}

function precisionRecallCard(report: BinaryReport): Html {
  const { precisionRecall } = report.curves
  const { prAuc } = report.metrics
  const { truePositives, falsePositives, falseNegatives } = report.confusion
  const rate = report.positives / report.data.rows
  const half = precisionRecall.find(point => point[0] >= 0.5)?.[1] ?? rate
  const sentence = `When half of the ${positiveName(report)} rows are found, ${percent(half)} of the flagged rows are right; by chance it would be ${percent(rate)}.`
  const frame = createFrame({ x: [0, 1], y: [0, 1], xTicks: UNIT, yTicks: UNIT })
  const format = (value: number) => percent(value)
  return card({
    kind: prAuc === undefined ? 'Precision and recall' : `Precision and recall · PR-AUC ${figure(prAuc.value)}`,
    sentence,
    legend: [
      { className: 'line s1', label: 'model' },
      { className: 'line reference', label: `share of all rows, ${percent(rate)}` },
    ],
    content: picture(
      frame,
      'Precision-recall curve',
      sentence,
      html`${axes(frame, { label: 'found (recall)', format }, { label: 'flagged rightly (precision)', format })}${path(
        linePath(frame, [
          [0, rate],
          [1, rate],
        ]),
        'line reference',
      )}${path(
        linePath(
          frame,
          precisionRecall.map((point): Point => [point[0], point[1]]),
        ),
        'line s1',
      )}${truePositives === 0 ? undefined : marker(frame, truePositives / (truePositives + falseNegatives), truePositives / (truePositives + falsePositives), 'dot s1', `threshold ${threshold(report.threshold)}`)}`,
    ),
    numbers: dataTable(
      'Points of the precision-recall curve',
      [
        { title: 'Threshold', cell: point => plain(point[2]) },
        { title: 'Recall', cell: point => percentExact(point[0]) },
        { title: 'Precision', cell: point => percentExact(point[1]) },
      ],
      precisionRecall,
    ),
  })
}

function gainCard(report: BinaryReport): Html {
  const { gain } = report.curves
  const share = report.positives / report.data.rows
  const fifth = gain[1]?.gain ?? 0
  const sentence = `The fifth of the rows with the highest scores holds ${percent(fifth)} of all ${positiveName(report)} rows.`
  const frame = createFrame({ x: [0, 1], y: [0, 1], xTicks: UNIT, yTicks: UNIT })
  const format = (value: number) => percent(value)
  const points: Point[] = [[0, 0], ...gain.map((decile): Point => [decile.upTo, decile.gain])]
  return card({
    kind: 'Cumulative gain',
    sentence,
    legend: [
      { className: 'line s1', label: 'model' },
      { className: 'line reference', label: 'random' },
      { className: 'line ideal', label: 'ideal' },
    ],
    content: picture(
      frame,
      'Cumulative gain',
      sentence,
      html`${axes(frame, { label: 'rows taken, highest scores first', format }, { label: 'found (recall)', format })}${path(areaPath(frame, points), 'area s1')}${path(
        linePath(frame, [
          [0, 0],
          [1, 1],
        ]),
        'line reference',
      )}${path(
        linePath(frame, [
          [0, 0],
          [share, 1],
          [1, 1],
        ]),
        'line ideal',
      )}${path(linePath(frame, points), 'line s1')}${marker(frame, 0.2, fifth, 'dot s1', percent(fifth))}`,
    ),
    numbers: decileTable(report),
  })
}

export function decileTable({ curves: { gain } }: BinaryReport): Html {
  return dataTable(
    'Deciles',
    [
      { title: 'Up to', cell: decile => percent(decile.upTo) },
      { title: 'Rows', cell: decile => count(decile.rows) },
      { title: 'Positives', cell: decile => count(decile.positives) },
      { title: 'Rate', cell: decile => percentExact(decile.rate) },
      { title: 'Lift', cell: decile => decile.lift.toFixed(2) },
      { title: 'Gain', cell: decile => percentExact(decile.gain) },
    ],
    gain,
  )
}

/** The false positive rate at which a curve reaches a recall, on the straight line between its points. */
function firstAt(roc: BinaryReport['curves']['roc'], recall: number): number {
  const index = roc.findIndex(point => point[1] >= recall)
  const [high, low] = [roc[index], roc[index - 1]]
  if (high === undefined || low === undefined) return high?.[0] ?? 1
  return low[0] + ((high[0] - low[0]) * (recall - low[1])) / (high[1] - low[1])
}
