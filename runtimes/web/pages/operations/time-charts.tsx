import { count, plain } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import type { Snapshot } from '../../api/operations.ts'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { milliseconds } from './figures.ts'

type Part = { readonly snapshots: readonly Snapshot[]; readonly last: Snapshot }

const SECONDS_AGO = { label: 'seconds ago', format: (value: number) => String(Math.abs(Math.round(value))) }

export function LatencyChart({ snapshots, last }: Part) {
  const { p50, p95, p99 } = last.recent.latency
  const series = [
    { label: 'p50', style: 's1', points: timeline(snapshots, last, of => of.recent.latency.p50) },
    { label: 'p95', style: 's2 dashed', points: timeline(snapshots, last, of => of.recent.latency.p95) },
    { label: 'p99', style: 's3 dotted', points: timeline(snapshots, last, of => of.recent.latency.p99) },
  ]
  return (
    <XYChart
      title="Latency"
      sentence={
        p95 === null
          ? 'Nothing was predicted in the last seconds.'
          : `Of the last seconds' predictions 95\u202f% took ${milliseconds(p95)} at the most.`
      }
      x={{ ...SECONDS_AGO, domain: spanOf(snapshots, last) }}
      y={{ label: 'ms', domain: [0, upTo(series[2]?.points ?? [])], format: plain }}
      series={series}
      table={
        <DataTable
          name="Latency now"
          columns={[
            { title: 'Percentile', text: true, cell: ([name]) => name },
            { title: 'Latency', cell: ([, value]) => milliseconds(value) },
          ]}
          rows={[['p50', p50] as const, ['p95', p95] as const, ['p99', p99] as const]}
        />
      }
    />
  )
}

/** Minutes of the last hour; the seconds since this page was opened, until the server has two minutes to show. */
export function ThroughputChart({ snapshots, last }: Part) {
  const minutes = last.minutes
    .slice(-60)
    .map((minute): Point => [(minute.at - last.at) / 60_000, minute.predictions / 60])
  const isLong = minutes.length > 1
  const points = isLong ? minutes : timeline(snapshots, last, of => of.recent.perSecond.Predictions ?? 0)
  const first = Math.min(isLong ? -10 : -30, points[0]?.[0] ?? 0)
  const unit = isLong ? 'minutes ago' : 'seconds ago'
  return (
    <XYChart
      title={isLong ? 'Throughput, last hour' : 'Throughput'}
      sentence={`${count(last.counters.Predictions ?? 0)} rows were answered since the start.`}
      x={{ ...SECONDS_AGO, label: unit, domain: [first, 0] }}
      y={{ label: 'rows a second', domain: [0, upTo(points)], format: plain }}
      series={[{ label: 'rows a second', style: 's1', points, isFilled: true }]}
      table={<PointTable name="Throughput" unit={unit} value="Rows a second" points={points} />}
    />
  )
}

export function ScalingChart({ snapshots, last }: Part) {
  const { signal, value, target } = last.scaling
  const points = timeline(snapshots, last, of => of.scaling.value)
  const [from] = spanOf(snapshots, last)
  return (
    <XYChart
      title={`Scaling: ${signal}`}
      sentence={
        value === null
          ? 'The signal is not known yet.'
          : `${plain(Math.round(value))}\u202f% of ${plain(target)}\u202f%: ${value > target ? 'this would scale out if it lasted' : 'no more capacity is needed'}.`
      }
      x={{ ...SECONDS_AGO, domain: spanOf(snapshots, last) }}
      y={{ label: '%', domain: [0, 100], format: plain }}
      series={[
        { label: 'signal', style: 's1', points, isFilled: true },
        {
          label: 'target',
          style: 'reference',
          points: [
            [from, target],
            [0, target],
          ],
        },
      ]}
      table={<PointTable name={signal} unit="seconds ago" value="%" points={points} />}
    />
  )
}

/** The newest first. */
function PointTable({
  name,
  unit,
  value,
  points,
}: {
  readonly name: string
  readonly unit: string
  readonly value: string
  readonly points: readonly Point[]
}) {
  return (
    <DataTable
      name={name}
      columns={[
        { title: unit.replace(/^./, letter => letter.toUpperCase()), cell: ([at]) => SECONDS_AGO.format(at) },
        { title: value, cell: ([, figure]) => plain(figure) },
      ]}
      rows={points
        .filter(point => !Number.isNaN(point[1]))
        .slice(-60)
        .reverse()}
    />
  )
}

/** Snapshots come once a second, by asking every five: what is further apart was missed. */
const GAP_MS = 10_000

/** One figure of each snapshot; a gap where there was none, or no snapshot. */
function timeline(
  snapshots: readonly Snapshot[],
  last: Snapshot,
  read: (snapshot: Snapshot) => number | null,
): readonly Point[] {
  return snapshots.flatMap((snapshot, index): Point[] => {
    const at = (snapshot.at - last.at) / 1000
    const since = snapshot.at - (snapshots[index - 1]?.at ?? snapshot.at)
    const point: Point = [at, read(snapshot) ?? Number.NaN]
    return since > GAP_MS ? [[at, Number.NaN], point] : [point]
  })
}

function upTo(points: readonly Point[]): number {
  return Math.max(1, ...points.map(point => point[1]).filter(value => !Number.isNaN(value))) * 1.1
}

function spanOf(snapshots: readonly Snapshot[], last: Snapshot): readonly [number, number] {
  return [Math.min(-30, ((snapshots[0]?.at ?? last.at) - last.at) / 1000), 0]
}
