import { count, percent, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween, type Point } from '@scaling-mlops/adapters/report/geometry'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { type BinaryReport, className, shareAxis } from './shared-threshold.ts'

/** Whether what is said is what happens. */
export function CalibrationChart({ report }: { readonly report: BinaryReport }) {
  const bins = report.curves.calibration
  const error = report.metrics.calibrationError?.value ?? 0
  return (
    <XYChart
      title="Calibration"
      sentence={`Probabilities are off by ${plain(Math.round(error * 1000) / 10)} points on average.`}
      x={shareAxis('said: mean predicted probability')}
      y={shareAxis('happened')}
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

/** How the scores of the two classes lie apart. */
export function ScoresChart({ report, threshold }: { readonly report: BinaryReport; readonly threshold: number }) {
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
      sentence={`Above the axis ${className(report)}, below it the others.`}
      x={shareAxis('score')}
      y={{
        label: 'share of the class',
        domain: [-1.08 * Math.max(...others), 1.1 * Math.max(...positives)],
        format: value => percent(Math.abs(value)),
      }}
      rule={threshold}
      series={[]}
      table={
        <DataTable
          name="Scores by class"
          columns={[
            { title: 'Score', text: true, cell: ([range]) => range },
            { title: className(report), cell: ([, share]) => percentExact(share) },
            { title: 'Others', cell: ([, , share]) => percentExact(share) },
          ]}
          rows={positives.map(
            (share, bin) =>
              [`${percent(edges[bin] ?? 0)} to ${percent(edges[bin + 1] ?? 1)}`, share, others[bin] ?? 0] as const,
          )}
        />
      }
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
