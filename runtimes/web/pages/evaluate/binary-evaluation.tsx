import { count, figure, percent, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween, type Point } from '@scaling-mlops/adapters/report/geometry'
import {
  type Costs,
  costOf,
  f1,
  precision,
  type Report,
  recall,
  type ThresholdPoint,
} from '@scaling-mlops/core/evaluation'
import { type ReactNode, useMemo, useState } from 'react'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { useKey } from '../../shell/shortcuts.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { ConfusionTable } from './confusion-table.tsx'
import { CostInputs } from './cost-inputs.tsx'
import { ThresholdStrip } from './threshold-strip.tsx'

type BinaryReport = Extract<Report, { task: 'binary' }>

const UNIT = [0, 0.2, 0.4, 0.6, 0.8, 1]
/** Where most of the positive rows are found. */
const ENOUGH_RECALL = 0.8
const asPercent = (value: number) => percent(value)
const axis = (label: string) => ({ label, domain: [0, 1] as const, ticks: UNIT, format: asPercent })

/** One threshold for the whole page: every picture of it moves together. */
export function BinaryEvaluation({
  report,
  children,
}: {
  readonly report: BinaryReport
  readonly children: ReactNode
}) {
  const { curves } = report
  const [inUrl, setInUrl] = useUrlState('t')
  const [costs, setCosts] = useState<Costs>(report.costs ?? { fp: 10, fn: 100 })
  const given = Number(inUrl ?? Number.NaN)
  const threshold = inUrl !== null && given >= 0 && given <= 1 ? given : report.threshold
  const set = (next: number) => setInUrl(Math.min(1, Math.max(0, next)).toFixed(2))
  useKey(['[', ']'], key => set(threshold + (key === '[' ? -0.01 : 0.01)))

  const points = curves.threshold
  const now = points[Math.round(threshold * (points.length - 1))]
  const cost = useMemo(() => points.map((point): Point => [point.threshold, costOf(point, costs)]), [points, costs])
  if (now === undefined || curves.roc.length === 0)
    return <p className="notice">All judged rows are of one class, so there is nothing to rank.</p>

  const lowest = cost.reduce((least, point) => (point[1] < least[1] ? point : least))
  const bestF1 = points.reduce((best, point) => (f1(point) > f1(best) ? point : best))
  const enough = points.findLast(point => recall(point) >= ENOUGH_RECALL)
  const steps = (value: (table: ThresholdPoint) => Point) => points.map(value)
  const byRate = (table: ThresholdPoint): Point => [
    table.falsePositives / (table.falsePositives + table.trueNegatives),
    recall(table),
  ]
  const byRecall = (table: ThresholdPoint): Point => [recall(table), orOne(precision(table))]
  const flagged = (table: ThresholdPoint): Point => [
    (table.truePositives + table.falsePositives) / report.data.rows,
    recall(table),
  ]
  const cursor = (value: (table: ThresholdPoint) => Point) => ({
    place: value(now),
    text: `threshold ${threshold.toFixed(2)}`,
    steps: steps(value),
    move: (index: number) => set(points[index]?.threshold ?? threshold),
  })
  const name = `${report.target} = ${report.positive}`
  const base = report.positives / report.data.rows
  const [flaggedShare] = flagged(now)
  const dearest = Math.max(...cost.map(point => point[1]), 1)
  const leastCost = Math.min(...cost.map(point => point[1]), 0)
  return (
    <>
      <ThresholdStrip
        threshold={threshold}
        set={set}
        choices={[
          ['The model’s', report.threshold],
          ['Best F1', bestF1.threshold],
          ...(enough === undefined ? [] : [[`Recall ${percent(ENOUGH_RECALL)}`, enough.threshold] as const]),
          ['Lowest cost', lowest[0]],
        ]}
      />
      <div className="cards">
        <ConfusionTable report={report} table={now} />
        <section className="card">
          <p className="kind">Decisions at {threshold.toFixed(2)}</p>
          <h2 className="say">
            {percent(flaggedShare)} of the rows are flagged;{' '}
            {Number.isFinite(precision(now)) ? `${percent(precision(now))} of those are ${name}` : 'none'}.
          </h2>
          <dl className="tiles">
            {[
              ['Precision', percentOr(precision(now))],
              ['Recall', percentOr(recall(now))],
              ['F1', figure(f1(now))],
              ['Accuracy', percentExact((now.truePositives + now.trueNegatives) / report.data.rows)],
              ['Cost', count(Math.round(costOf(now, costs)))],
            ].map(([title, value]) => (
              <div className="tile" key={title}>
                <dt>{title}</dt>
                <dd>{value}</dd>
              </div>
            ))}
          </dl>
          <CostInputs costs={costs} set={setCosts} />
        </section>
        <XYChart
          title={`ROC curve${report.metrics.auc === undefined ? '' : ` · AUC ${figure(report.metrics.auc.value)}`}`}
          sentence={`${percent(recall(now))} of the ${name} rows are found, with ${percent(byRate(now)[0])} of the others flagged too.`}
          x={axis('others flagged (false positive rate)')}
          y={axis('found (recall)')}
          series={[
            {
              label: 'model',
              style: 's1',
              isFilled: true,
              points: curves.roc.map((point): Point => [point[0], point[1]]),
            },
            {
              label: 'random',
              style: 'reference',
              points: [
                [0, 0],
                [1, 1],
              ],
            },
          ]}
          cursor={cursor(byRate)}
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
        <XYChart
          title="Precision and recall"
          sentence={`To find ${percent(recall(now))} of the ${name} rows, ${Number.isFinite(precision(now)) ? percent(1 - precision(now)) : 'none'} of the flagged ones are false alarms.`}
          x={axis('found (recall)')}
          y={axis('flagged rightly (precision)')}
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
          cursor={cursor(byRecall)}
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
        <XYChart
          title="Over the threshold"
          sentence={`F1 is highest at threshold ${bestF1.threshold.toFixed(2)} with ${figure(f1(bestF1))}.`}
          x={{ ...axis('threshold'), format: value => value.toFixed(1) }}
          y={axis('share')}
          rule={threshold}
          series={[
            {
              label: 'precision',
              style: 's1',
              points: finite(points.map(point => [point.threshold, precision(point)])),
            },
            {
              label: 'recall',
              style: 's2 dashed',
              points: finite(points.map(point => [point.threshold, recall(point)])),
            },
            { label: 'F1', style: 's3 thick', points: points.map(point => [point.threshold, f1(point)]) },
          ]}
          cursor={cursor(point => [point.threshold, f1(point)])}
          table={
            <DataTable
              name="Over the threshold"
              columns={[
                { title: 'Threshold', cell: point => point.threshold.toFixed(2) },
                { title: 'Precision', cell: point => percentOr(precision(point)) },
                { title: 'Recall', cell: point => percentOr(recall(point)) },
                { title: 'F1', cell: point => figure(f1(point)) },
              ]}
              rows={points}
            />
          }
        />
        <XYChart
          title="Cost over the threshold"
          sentence={`Costs are lowest at threshold ${lowest[0].toFixed(2)}: ${count(Math.round(lowest[1]))} instead of ${count(Math.round(costOf(now, costs)))}.`}
          x={{ ...axis('threshold'), format: value => value.toFixed(1) }}
          y={{ label: 'cost', domain: [leastCost, dearest * 1.05], format: value => count(Math.round(value)) }}
          rule={threshold}
          series={[{ label: 'cost', style: 's2', points: cost }]}
          cursor={cursor(point => [point.threshold, costOf(point, costs)])}
        />
        <CalibrationChart report={report} />
        <XYChart
          title="Cumulative gain"
          sentence={`Flagging ${percent(flaggedShare)} of the rows, highest scores first, catches ${percent(recall(now))} of the ${name} rows.`}
          x={axis('rows flagged')}
          y={axis('caught')}
          series={[
            {
              label: 'model',
              style: 's1',
              isFilled: true,
              points: [[0, 0], ...curves.gain.map((decile): Point => [decile.upTo, decile.gain])],
            },
            {
              label: 'random',
              style: 'reference',
              points: [
                [0, 0],
                [1, 1],
              ],
            },
          ]}
          cursor={cursor(flagged)}
        />
        <ScoresChart report={report} threshold={threshold} />
        {children}
      </div>
    </>
  )
}

function CalibrationChart({ report }: { readonly report: BinaryReport }) {
  const bins = report.curves.calibration
  const error = report.metrics.calibrationError?.value ?? 0
  return (
    <XYChart
      title="Calibration"
      sentence={`Probabilities are off by ${plain(Math.round(error * 1000) / 10)} points on average.`}
      x={axis('said: mean predicted probability')}
      y={axis('happened')}
      series={[
        {
          label: 'said = happened',
          style: 'reference',
          points: [
            [0, 0],
            [1, 1],
          ],
        },
        {
          label: 'tenths of the rows, with 95 % interval',
          style: 's1',
          points: bins.map((bin): Point => [bin.predicted, bin.observed]),
        },
      ]}
      table={
        <DataTable
          name="Calibration"
          columns={[
            { title: 'Said', cell: bin => percentExact(bin.predicted) },
            { title: 'Happened', cell: bin => percentExact(bin.observed) },
            { title: 'Rows', cell: bin => count(bin.rows) },
          ]}
          rows={bins}
        />
      }
    >
      {frame =>
        bins.map(bin => (
          <g key={bin.predicted}>
            <line
              className="whisker"
              x1={frame.x(bin.predicted)}
              x2={frame.x(bin.predicted)}
              y1={frame.y(bin.interval[0])}
              y2={frame.y(bin.interval[1])}
            />
            <circle className="dot s1" cx={frame.x(bin.predicted)} cy={frame.y(bin.observed)} r="4.5" />
          </g>
        ))
      }
    </XYChart>
  )
}

function ScoresChart({ report, threshold }: { readonly report: BinaryReport; readonly threshold: number }) {
  const { edges, counts } = report.curves.scores
  const [others = [], positives = []] = counts.map(bins =>
    bins.map(
      bin =>
        bin /
        Math.max(
          1,
          bins.reduce((sum, value) => sum + value, 0),
        ),
    ),
  )
  return (
    <XYChart
      title="Scores by class"
      sentence={`Above the axis ${report.target} = ${report.positive}, below it the others.`}
      x={axis('score')}
      y={{
        label: 'share of the class',
        domain: [-1.08 * Math.max(...others), 1.1 * Math.max(...positives)],
        format: value => percent(Math.abs(value)),
      }}
      rule={threshold}
      series={[]}
    >
      {frame =>
        positives.map((share, bin) => (
          <g key={edges[bin]}>
            <rect className="bar s2" {...barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 1], [0, share])} />
            <rect
              className="bar s1"
              {...barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 1], [0, -(others[bin] ?? 0)])}
            />
          </g>
        ))
      }
    </XYChart>
  )
}

function finite(points: readonly Point[]): Point[] {
  return points.filter(([, value]) => Number.isFinite(value))
}

function orOne(value: number): number {
  return Number.isFinite(value) ? value : 1
}

function percentOr(value: number): string {
  return Number.isFinite(value) ? percentExact(value) : '–'
}
