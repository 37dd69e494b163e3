import { type Confusion, type Costs, costOf, f1, precision, recall } from '@scaling-mlops/core/evaluation'
import { card, chapter, dataTable, grid } from '../card.ts'
import { createFrame, linePath, type Point } from '../chart/geometry.ts'
import { axes, path, picture, rule } from '../chart/parts.ts'
import { count, counted, figure, percent, percentExact, plain, threshold } from '../format.ts'
import { type Html, html } from '../html.ts'
import { type BinaryReport, positiveName } from './ranking.ts'

/** What follows from a threshold: the confusion table, what other thresholds would do, and what it costs. */
export function decisionsChapter(report: BinaryReport): Html {
  return chapter(
    'decisions',
    'Decisions',
    `A row is flagged as ${positiveName(report)} when its score is ${threshold(report.threshold)} or more.`,
    grid(confusionCard(report), thresholdCard(report), report.costs && costCard(report, report.costs)),
    thresholdTable(report),
  )
}

function confusionCard(report: BinaryReport): Html {
  const { confusion, positive, negative } = report
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = confusion
  const found =
    report.positives === 0
      ? `There is no ${positiveName(report)} row`
      : `${percent(recall(confusion))} of the ${positiveName(report)} rows are found`
  const sentence = `${found}; ${truePositives + falsePositives === 0 ? 'no row is flagged' : `${percent(precision(confusion))} of the flagged rows are right`}.`
  const cell = (value: number, of: number, words: string, kind: 'hit' | 'miss') =>
    html`<td class="${kind}" style="--share: ${of === 0 ? 0 : Math.round((value / of) * 100)}%"><strong>${count(value)}</strong><span>${of === 0 ? '–' : percentExact(value / of)}</span><small>${words}</small></td>`
  const positives = truePositives + falseNegatives
  const negatives = falsePositives + trueNegatives
  return card({
    kind: 'Confusion table',
    sentence,
    content: html`<div class="scroll" role="region" aria-label="Confusion table" tabindex="0"><table class="confusion"><thead><tr><td></td><th scope="col">said ${positive}</th><th scope="col">said ${negative}</th></tr></thead><tbody><tr><th scope="row">was ${positive}<small>${counted(positives, 'row')}</small></th>${cell(truePositives, positives, 'found', 'hit')}${cell(falseNegatives, positives, 'missed', 'miss')}</tr><tr><th scope="row">was ${negative}<small>${counted(negatives, 'row')}</small></th>${cell(falsePositives, negatives, 'false alarm', 'miss')}${cell(trueNegatives, negatives, 'rightly left', 'hit')}</tr></tbody></table></div><p class="foot">Percentages are of the row.</p>`,
  })
}

function thresholdCard(report: BinaryReport): Html {
  const { best, confusion, curves } = report
  const now = threshold(report.threshold)
  const sentence =
    best.f1.value > f1(confusion)
      ? `F1 is highest at threshold ${threshold(best.f1.threshold)} with ${figure(best.f1.value)}; at ${now} it is ${figure(f1(confusion))}.`
      : `Threshold ${now} has the highest F1, ${figure(best.f1.value)}.`
  const ticks = [0, 0.2, 0.4, 0.6, 0.8, 1]
  const frame = createFrame({ x: [0, 1], y: [0, 1], xTicks: ticks, yTicks: ticks })
  const of = (value: (table: Confusion) => number): Point[] =>
    curves.threshold.flatMap(point => (Number.isFinite(value(point)) ? [[point.threshold, value(point)] as const] : []))
  return card({
    kind: 'Over the threshold',
    sentence,
    legend: [
      { className: 'line s1', label: 'precision' },
      { className: 'line s2 dashed', label: 'recall' },
      { className: 'line s3 thick', label: 'F1' },
      { className: 'line s4 dotted', label: 'accuracy' },
    ],
    content: picture(
      frame,
      'Precision, recall, F1 and accuracy over the threshold',
      sentence,
      html`${axes(frame, { label: 'threshold', format: value => value.toFixed(1) }, { label: 'share', format: value => percent(value) })}${rule(frame, report.threshold, now)}${path(linePath(frame, of(accuracyOf)), 'line s4 dotted')}${path(linePath(frame, of(recall)), 'line s2 dashed')}${path(linePath(frame, of(precision)), 'line s1')}${path(linePath(frame, of(f1)), 'line s3 thick')}`,
    ),
    numbers: dataTable(
      'Figures by threshold',
      [
        { title: 'Threshold', cell: point => point.threshold.toFixed(2) },
        { title: 'Precision', cell: point => share(precision(point)) },
        { title: 'Recall', cell: point => share(recall(point)) },
        { title: 'F1', cell: point => figure(f1(point)) },
        { title: 'Accuracy', cell: point => percentExact(accuracyOf(point)) },
        { title: 'Flagged', cell: point => count(point.truePositives + point.falsePositives) },
      ],
      curves.threshold,
    ),
  })
}

function costCard(report: BinaryReport, costs: Costs): Html {
  const { best, curves, cost = 0 } = report
  const lowest = best.cost ?? best.f1
  const saved = cost - lowest.value
  const sentence =
    saved > 0
      ? `Threshold ${threshold(lowest.threshold)} costs least, ${count(lowest.value)}: ${percent(saved / Math.abs(cost))} less than ${threshold(report.threshold)} does.`
      : `Threshold ${threshold(report.threshold)} costs least, ${count(cost)}.`
  const values = curves.threshold.map((point): Point => [point.threshold, costOf(point, costs)])
  const [low, high] = [Math.min(0, ...values.map(([, value]) => value)), Math.max(...values.map(([, value]) => value))]
  const frame = createFrame({ x: [0, 1], y: [low, high], xTicks: [0, 0.2, 0.4, 0.6, 0.8, 1], margin: { left: 58 } })
  const each = (['fp', 'fn', 'tp', 'tn'] as const).filter(kind => costs[kind] !== undefined)
  const words = { fp: 'a false alarm', fn: 'a missed row', tp: 'a found row', tn: 'a row rightly left' }
  return card({
    kind: 'Cost over the threshold',
    sentence,
    legend: [
      { className: 'line s2', label: each.map(kind => `${words[kind]} costs ${plain(costs[kind] ?? 0)}`).join(', ') },
    ],
    content: picture(
      frame,
      'Cost over the threshold',
      sentence,
      html`${axes(frame, { label: 'threshold', format: value => value.toFixed(1) }, { label: `cost of ${counted(report.data.rows, 'row')}`, format: count })}${path(linePath(frame, values), 'line s2')}${rule(frame, lowest.threshold, `least: ${threshold(lowest.threshold)}`)}`,
    ),
    numbers: dataTable(
      'Cost by threshold',
      [
        { title: 'Threshold', cell: ([at]) => at.toFixed(2) },
        { title: 'Cost', cell: ([, value]) => count(value) },
      ],
      values,
    ),
  })
}

function thresholdTable(report: BinaryReport): Html {
  const { best, confusion, costs } = report
  const choices = [
    { name: "the model's", threshold: report.threshold, confusion },
    { name: 'highest F1', ...best.f1 },
    ...(best.cost === undefined ? [] : [{ name: 'lowest cost', ...best.cost }]),
  ]
  return html`<div class="card plain">${dataTable(
    'Thresholds compared',
    [
      { title: 'Choice', text: true, cell: choice => choice.name },
      { title: 'Threshold', cell: choice => threshold(choice.threshold) },
      {
        title: 'Flagged',
        cell: ({ confusion: table }) => percentExact((table.truePositives + table.falsePositives) / report.data.rows),
      },
      { title: 'Precision', cell: choice => share(precision(choice.confusion)) },
      { title: 'Recall', cell: choice => share(recall(choice.confusion)) },
      { title: 'F1', cell: choice => figure(f1(choice.confusion)) },
      { title: 'Accuracy', cell: choice => percentExact(accuracyOf(choice.confusion)) },
      ...(costs === undefined
        ? []
        : [{ title: 'Cost', cell: (choice: { confusion: Confusion }) => count(costOf(choice.confusion, costs)) }]),
    ],
    choices,
  )}<p class="foot">The best thresholds were chosen on these very rows; on new ones they will do slightly worse.</p></div>`
}

function accuracyOf({ truePositives, falsePositives, falseNegatives, trueNegatives }: Confusion): number {
  return (truePositives + trueNegatives) / (truePositives + falsePositives + falseNegatives + trueNegatives)
}

function share(value: number): string {
  return Number.isFinite(value) ? percentExact(value) : '–'
}
