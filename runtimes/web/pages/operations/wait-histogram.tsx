import { count, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween } from '@scaling-mlops/adapters/report/geometry'
import type { Snapshot } from '../../api/operations.ts'
import { XYChart } from '../../charts/xy-chart.tsx'

/** Upper edges in milliseconds; the last takes all that is longer. */
const EDGES = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, Number.POSITIVE_INFINITY]

/** How long calls waited for the model, of those that came while this page was open. */
export function WaitHistogram({ snapshots }: { readonly snapshots: readonly Snapshot[] }) {
  const bins = binsOf(snapshots)
  const total = bins.reduce((sum, bin) => sum + bin, 0)
  const quick = bins.slice(0, 4).reduce((sum, bin) => sum + bin, 0)
  return (
    <XYChart
      title="Queue: wait before the model"
      sentence={
        total === 0
          ? 'Nothing has waited since this page was opened.'
          : `${count(quick)} of ${count(total)} calls waited less than 1 ms.`
      }
      x={{
        label: 'ms',
        domain: [0, EDGES.length],
        ticks: EDGES.map((_, index) => index + 0.5),
        format: place => {
          const edge = EDGES[Math.floor(place)] ?? 0
          return Number.isFinite(edge) ? plain(edge) : '+'
        },
      }}
      y={{ label: 'calls', domain: [0, Math.max(1, ...bins) * 1.05], format: count }}
      series={[]}
    >
      {frame =>
        bins.map((bin, index) => (
          <rect key={EDGES[index]} className="bar s1" {...barBetween(frame, [index, index + 1], [0, bin], 4)} />
        ))
      }
    </XYChart>
  )
}

function binsOf(snapshots: readonly Snapshot[]): number[] {
  const bins = EDGES.map(() => 0)
  const [first, last] = [
    snapshots[0]?.distributions.QueueWait?.histogram,
    snapshots.at(-1)?.distributions.QueueWait?.histogram,
  ]
  if (first === undefined || last === undefined) return bins
  const before = new Map(first.longest.map((longest, cell) => [longest, first.counts[cell] ?? 0]))
  for (const [cell, longest] of last.longest.entries()) {
    const bin = EDGES.findIndex(edge => longest <= edge)
    bins[bin] = (bins[bin] ?? 0) + Math.max(0, (last.counts[cell] ?? 0) - (before.get(longest) ?? 0))
  }
  return bins
}
