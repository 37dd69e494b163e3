import { count, plain } from '@scaling-mlops/adapters/report/format'
import { barBetween } from '@scaling-mlops/adapters/report/geometry'
import type { Snapshot } from '../../api/operations.ts'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'

type Part = { readonly snapshots: readonly Snapshot[] }

/** Upper edges; what is above the last has a bar of its own. */
const WAITS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100]
const SIZES = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000]

/** How long calls waited for the model, of those that came while this page was open. */
export function WaitHistogram({ snapshots }: Part) {
  const bins = binsOf(snapshots, 'QueueWait', WAITS)
  const quick = total(bins.slice(0, WAITS.indexOf(1) + 1))
  return (
    <Histogram
      title="Queue: wait before the model"
      sentence={
        total(bins) === 0
          ? 'Nothing has waited since this page was opened.'
          : `${count(quick)} of ${count(total(bins))} calls waited 1 ms at the most.`
      }
      unit="Wait in ms"
      counted="Calls"
      edges={WAITS}
      bins={bins}
    />
  )
}

/** How many rows ran together, of the runs that were made while this page was open. */
export function BatchSizeHistogram({ snapshots }: Part) {
  const bins = binsOf(snapshots, 'BatchSize', SIZES)
  const runs = total(bins)
  const rows = sumOf(snapshots.at(-1)) - sumOf(snapshots[0])
  return (
    <Histogram
      title="Batch size"
      sentence={
        runs === 0
          ? 'No model has run since this page was opened.'
          : `${count(rows)} rows were scored in ${count(runs)} runs: ${plain(rows / runs)} rows a run.`
      }
      unit="Rows of a run"
      counted="Runs"
      edges={SIZES}
      bins={bins}
    />
  )
}

/** Bars of one width between edges that are no even steps: the edges stand between the bars. */
function Histogram({
  title,
  sentence,
  unit,
  counted,
  edges,
  bins,
}: {
  readonly title: string
  readonly sentence: string
  readonly unit: string
  readonly counted: string
  readonly edges: readonly number[]
  readonly bins: readonly number[]
}) {
  return (
    <XYChart
      title={title}
      sentence={sentence}
      x={{
        label: unit.toLowerCase(),
        domain: [0, bins.length],
        ticks: edges.map((_, index) => index + 1),
        format: place => plain(edges[place - 1] ?? 0),
      }}
      y={{ label: counted.toLowerCase(), domain: [0, Math.max(5, ...bins) * 1.05], format: count }}
      series={[]}
      table={
        <DataTable
          name={title}
          columns={[
            { title: unit, text: true, cell: ([range]) => range },
            { title: counted, cell: ([, number]) => count(number) },
          ]}
          rows={bins.map((bin, index) => [rangeOf(edges, index), bin] as const)}
        />
      }
    >
      {frame =>
        bins.map((bin, index) => (
          <rect
            key={rangeOf(edges, index)}
            className="bar s1"
            {...barBetween(frame, [index, index + 1], [0, bin], 4)}
          />
        ))
      }
    </XYChart>
  )
}

function rangeOf(edges: readonly number[], index: number): string {
  const [from, to] = [edges[index - 1], edges[index]]
  if (to === undefined) return `above ${plain(from ?? 0)}`
  return from === undefined ? `up to ${plain(to)}` : `above ${plain(from)}, up to ${plain(to)}`
}

/** What was counted between the first and the last snapshot, by the edges of the picture. */
function binsOf(
  snapshots: readonly Snapshot[],
  name: 'QueueWait' | 'BatchSize',
  edges: readonly number[],
): readonly number[] {
  const bins = [...edges, 0].map(() => 0)
  const first = snapshots[0]?.distributions[name]?.histogram
  const last = snapshots.at(-1)?.distributions[name]?.histogram
  if (first === undefined || last === undefined) return bins
  const before = new Map(first.longest.map((longest, cell) => [longest, first.counts[cell] ?? 0]))
  for (const [cell, longest] of last.longest.entries()) {
    const edge = edges.findIndex(edge => longest <= edge)
    const bin = edge === -1 ? edges.length : edge
    bins[bin] = (bins[bin] ?? 0) + Math.max(0, (last.counts[cell] ?? 0) - (before.get(longest) ?? 0))
  }
  return bins
}

function sumOf(snapshot: Snapshot | undefined): number {
  return snapshot?.distributions.BatchSize?.histogram.sum ?? 0
}

function total(bins: readonly number[]): number {
  return bins.reduce((sum, bin) => sum + bin, 0)
}
