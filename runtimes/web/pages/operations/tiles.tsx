import { count } from '@scaling-mlops/adapters/report/format'
import type { Snapshot } from '../../api/operations.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { milliseconds, rate } from './figures.ts'

/** The figures of now, each with its last minute. */
export function Tiles({ snapshots, last }: { readonly snapshots: readonly Snapshot[]; readonly last: Snapshot }) {
  const { recent, gauges } = last
  const minute = snapshots.slice(-60)
  const tiles: readonly (readonly [string, string, (snapshot: Snapshot) => number])[] = [
    ['Rows a second', rate(recent.perSecond.Predictions ?? 0), of => of.recent.perSecond.Predictions ?? 0],
    ['Latency p50', milliseconds(recent.latency.p50), of => of.recent.latency.p50 ?? 0],
    ['Latency p95', milliseconds(recent.latency.p95), of => of.recent.latency.p95 ?? 0],
    ['Latency p99', milliseconds(recent.latency.p99), of => of.recent.latency.p99 ?? 0],
    ['Refused a second', rate(recent.perSecond.Rejected ?? 0), of => of.recent.perSecond.Rejected ?? 0],
    ['Failed a second', rate(recent.perSecond.Failed ?? 0), of => of.recent.perSecond.Failed ?? 0],
    ['Invalid a second', rate(recent.perSecond.Invalid ?? 0), of => of.recent.perSecond.Invalid ?? 0],
    ['In flight', count(gauges.InFlight ?? 0), of => of.gauges.InFlight ?? 0],
    ['Records waiting', count(gauges.StreamBacklog ?? 0), of => of.gauges.StreamBacklog ?? 0],
    ['Event loop delay p99', milliseconds(gauges.EventLoopDelayP99 ?? null), of => of.gauges.EventLoopDelayP99 ?? 0],
  ]
  return (
    <dl className="tiles roomy">
      {tiles.map(([title, value, of]) => (
        <div className="tile" key={title}>
          <dt>{title}</dt>
          <dd>
            {value}
            <Sparkline values={minute.map(of)} title={`${title}, last minute`} />
          </dd>
        </div>
      ))}
    </dl>
  )
}
