import { count, figure } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { type Costs, costOf, f1, precision, recall, type ThresholdPoint } from '@scaling-mlops/core/evaluation'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { percentOr } from './decisions-card.tsx'
import { type BinaryPart, type SharedThreshold, shareAxis, thresholdAxis } from './shared-threshold.ts'

export function MeasuresChart({ report, shared, best }: BinaryPart & { readonly best: ThresholdPoint }) {
  const points = report.curves.threshold
  return (
    <XYChart
      title="Over the threshold"
      sentence={`F1 is highest at threshold ${best.threshold.toFixed(2)} with ${figure(f1(best))}.`}
      x={thresholdAxis}
      y={shareAxis('share')}
      rule={shared.threshold}
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
      cursor={shared.cursor(point => [point.threshold, f1(point)])}
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
  )
}

export function CostChart({
  shared,
  costs,
  curve,
  lowest,
}: {
  readonly shared: SharedThreshold
  readonly costs: Costs
  readonly curve: readonly Point[]
  readonly lowest: Point
}) {
  const values = curve.map(point => point[1])
  return (
    <XYChart
      title="Cost over the threshold"
      sentence={`Costs are lowest at threshold ${lowest[0].toFixed(2)}: ${count(Math.round(lowest[1]))} instead of ${count(Math.round(costOf(shared.now, costs)))}.`}
      x={thresholdAxis}
      y={{
        label: 'cost',
        domain: [Math.min(...values, 0), Math.max(...values, 1) * 1.05],
        format: value => count(Math.round(value)),
      }}
      rule={shared.threshold}
      series={[{ label: 'cost', style: 's2', points: curve }]}
      cursor={shared.cursor(point => [point.threshold, costOf(point, costs)])}
      table={
        <DataTable
          name="Cost over the threshold"
          columns={[
            { title: 'Threshold', cell: point => point[0].toFixed(2) },
            { title: 'Cost', cell: point => count(Math.round(point[1])) },
          ]}
          rows={curve}
        />
      }
    />
  )
}

function finite(points: readonly Point[]): Point[] {
  return points.filter(([, value]) => Number.isFinite(value))
}
