import { figure, percent, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { precision, recall } from '@scaling-mlops/core/evaluation'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import {
  type BinaryPart,
  className,
  falsePositiveRate,
  flagged,
  precisionOrOne,
  shareAxis,
} from './shared-threshold.ts'

/** What a ranking by lot would reach. */
const RANDOM = {
  label: 'random',
  style: 'reference',
  points: [
    [0, 0],
    [1, 1],
  ],
} as const

export function RocChart({ report, shared }: BinaryPart) {
  const { curves } = report
  const { now } = shared
  const name = className(report)
  return (
    <XYChart
      title={`ROC curve${report.metrics.auc === undefined ? '' : ` · AUC ${figure(report.metrics.auc.value)}`}`}
      sentence={`${percent(recall(now))} of the ${name} rows are found, with ${percent(falsePositiveRate(now))} of the others flagged too.`}
      x={shareAxis('others flagged (false positive rate)')}
      y={shareAxis('found (recall)')}
      series={[
        {
          label: 'model',
          style: 's1',
          isFilled: true,
          points: curves.roc.map((point): Point => [point[0], point[1]]),
        },
        RANDOM,
      ]}
      cursor={shared.cursor(table => [falsePositiveRate(table), recall(table)])}
      table={
        <DataTable
          name="ROC"
          columns={[
            { title: 'Threshold', cell: point => plain(point[2]) },
            { title: 'Others flagged', cell: point => percentExact(point[0]) },
            { title: 'Found', cell: point => percentExact(point[1]) },
          ]}
          rows={curves.roc}
        />
      }
    />
  )
}

export function PrecisionRecallChart({ report, shared }: BinaryPart) {
  const { curves } = report
  const { now } = shared
  const name = className(report)
  const base = report.positives / report.data.rows
  return (
    <XYChart
      title="Precision and recall"
      sentence={`To find ${percent(recall(now))} of the ${name} rows, ${Number.isFinite(precision(now)) ? percent(1 - precision(now)) : 'none'} of the flagged ones are false alarms.`}
      x={shareAxis('found (recall)')}
      y={shareAxis('flagged rightly (precision)')}
      series={[
        { label: 'model', style: 's1', points: curves.precisionRecall.map((point): Point => [point[0], point[1]]) },
        {
          label: `base rate ${percent(base)}`,
          style: 'reference',
          points: [
            [0, base],
            [1, base],
          ],
        },
      ]}
      cursor={shared.cursor(table => [recall(table), precisionOrOne(table)])}
      table={
        <DataTable
          name="Precision and recall"
          columns={[
            { title: 'Threshold', cell: point => plain(point[2]) },
            { title: 'Recall', cell: point => percentExact(point[0]) },
            { title: 'Precision', cell: point => percentExact(point[1]) },
          ]}
          rows={curves.precisionRecall}
        />
      }
    />
  )
}

export function GainChart({ report, shared }: BinaryPart) {
  const { curves } = report
  const { now } = shared
  const name = className(report)
  return (
    <XYChart
      title="Cumulative gain"
      sentence={`Flagging ${percent(flagged(now, report))} of the rows, highest scores first, catches ${percent(recall(now))} of the ${name} rows.`}
      x={shareAxis('rows flagged')}
      y={shareAxis('caught')}
      series={[
        {
          label: 'model',
          style: 's1',
          isFilled: true,
          points: [[0, 0], ...curves.gain.map((decile): Point => [decile.upTo, decile.gain])],
        },
        RANDOM,
      ]}
      cursor={shared.cursor(table => [flagged(table, report), recall(table)])}
      table={
        <DataTable
          name="Cumulative gain"
          columns={[
            { title: 'Rows flagged', cell: decile => percentExact(decile.upTo) },
            { title: 'Caught', cell: decile => percentExact(decile.gain) },
          ]}
          rows={curves.gain}
        />
      }
    />
  )
}
