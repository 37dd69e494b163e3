import { count, percentExact, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween } from '@scaling-mlops/adapters/report/geometry'
import type { Report } from '@scaling-mlops/core/evaluation'
import type { ReactNode } from 'react'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'

/** Models of several classes and of numbers: nothing there depends on a threshold. */
export function OtherEvaluation({
  report,
  children,
}: {
  readonly report: Exclude<Report, { task: 'binary' }>
  readonly children: ReactNode
}) {
  return (
    <div className="cards">
      {report.task === 'multiclass' ? <Classes report={report} /> : <Errors report={report} />}
      {children}
    </div>
  )
}

function Classes({ report }: { readonly report: Extract<Report, { task: 'multiclass' }> }) {
  const names = report.classes.map(({ name }) => name)
  return (
    <section className="card">
      <p className="kind">Confusion table</p>
      <h2 className="say">Rows by what was true (down) and what was said (across).</h2>
      <DataTable
        name="Confusion"
        columns={[
          { title: 'Was', text: true, cell: row => row.name },
          ...names.map((name, index) => ({
            title: `said ${name}`,
            cell: (row: { cells: readonly number[] }) => count(row.cells[index] ?? 0),
          })),
          {
            title: 'Right',
            cell: row =>
              percentExact(
                (row.cells[row.index] ?? 0) /
                  Math.max(
                    1,
                    row.cells.reduce((sum, cell) => sum + cell, 0),
                  ),
              ),
          },
        ]}
        rows={report.confusion.map((cells, index) => ({ name: names[index] ?? '', cells, index }))}
      />
    </section>
  )
}

function Errors({ report }: { readonly report: Extract<Report, { task: 'regression' }> }) {
  const { edges, counts } = report.residuals
  const bins = counts[0] ?? []
  const values = report.scatter.flat()
  const [low, high] = [Math.min(...values), Math.max(...values)]
  return (
    <>
      <XYChart
        title="Predicted and actual"
        sentence="The closer to the line, the better the estimate."
        x={{ label: `actual ${report.target}`, domain: [low, high], format: plain }}
        y={{ label: 'predicted', domain: [low, high], format: plain }}
        series={[
          {
            label: 'predicted = actual',
            style: 'reference',
            points: [
              [low, low],
              [high, high],
            ],
          },
        ]}
      >
        {frame =>
          report.scatter.map(([actual, predicted], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: points have no name but their place
            <circle key={index} className="bar s1" cx={frame.x(actual)} cy={frame.y(predicted)} r="2.5" opacity="0.6" />
          ))
        }
      </XYChart>
      <XYChart
        title="Errors"
        sentence="Predicted minus actual: how often the estimate is off by how much."
        x={{ label: 'error', domain: [edges[0] ?? 0, edges.at(-1) ?? 1], format: plain }}
        y={{ label: 'rows', domain: [0, Math.max(1, ...bins) * 1.05], format: count }}
        series={[]}
      >
        {frame =>
          bins.map((rows, bin) => (
            <rect
              key={edges[bin]}
              className="bar s1"
              {...barBetween(frame, [edges[bin] ?? 0, edges[bin + 1] ?? 1], [0, rows])}
            />
          ))
        }
      </XYChart>
    </>
  )
}
