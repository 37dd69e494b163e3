import { count, plain } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useDeadLetters } from '../../api/dead-letters.ts'
import { type Snapshot, useOperations } from '../../api/operations.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { XYChart } from '../../charts/xy-chart.tsx'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { WaitHistogram } from './wait-histogram.tsx'

/** Snapshots older than this are shown as what they are. */
const STALE_MS = 5000

/** How the server is doing now and did in the last minutes. */
export default function OperationsPage() {
  const { data: snapshots, error } = useOperations()
  const now = useNow()
  const last = snapshots?.at(-1)
  if (snapshots === undefined || last === undefined)
    return (
      <>
        <PageHead title="Operations" />
        {error === null ? <Loading lines={6} /> : <Failure error={error} />}
      </>
    )
  const age = now - last.at
  const isStale = age > STALE_MS
  return (
    <>
      <PageHead title="Operations">
        <p role="status">
          <span className={last.health.state === 'healthy' ? 'badge ok' : 'badge warn'}>
            {last.health.state === 'healthy' ? '✓ Healthy' : '! Degraded'}
          </span>{' '}
          {last.health.reasons.join('; ')}
        </p>
      </PageHead>
      {isStale && <p className="notice">The last figures are {Math.round(age / 1000)} s old.</p>}
      <div className={isStale ? 'stale' : undefined}>
        <Tiles snapshots={snapshots} last={last} />
      </div>
      <div className="cards">
        <LatencyChart snapshots={snapshots} last={last} />
        <ThroughputChart last={last} snapshots={snapshots} />
        <ScalingCard last={last} snapshots={snapshots} />
        <WaitHistogram snapshots={snapshots} />
      </div>
      <section className="card" aria-labelledby="ops-models">
        <h2 id="ops-models">Models</h2>
        <div className="scroll">
          <table>
            <thead>
              <tr>
                <th scope="col">Name</th>
                <th scope="col">Serving</th>
                <th scope="col">Versions</th>
              </tr>
            </thead>
            <tbody>
              {last.models.map(({ name, serving, versions }) => (
                <tr key={name}>
                  <th scope="row">
                    <Link href={`/m/${encodeURIComponent(name)}/predict`}>{name}</Link>
                  </th>
                  <td>version {serving}</td>
                  <td>{versions.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <p className="small muted">
          {count(last.workers)} worker process{last.workers === 1 ? '' : 'es'}. Golden rows are scored whenever a model
          is opened; one that fails them does not serve.
        </p>
      </section>
      <DeadLettersCard />
    </>
  )
}

function Tiles({ snapshots, last }: { readonly snapshots: readonly Snapshot[]; readonly last: Snapshot }) {
  const { recent, gauges } = last
  const minute = snapshots.slice(-60)
  const tiles: readonly (readonly [string, string, (snapshot: Snapshot) => number])[] = [
    ['Rows a second', plain(recent.perSecond.Predictions ?? 0), of => of.recent.perSecond.Predictions ?? 0],
    ['Latency p50', milliseconds(recent.latency.p50), of => of.recent.latency.p50 ?? 0],
    ['Latency p95', milliseconds(recent.latency.p95), of => of.recent.latency.p95 ?? 0],
    ['Latency p99', milliseconds(recent.latency.p99), of => of.recent.latency.p99 ?? 0],
    ['Refused a second', plain(recent.perSecond.Rejected ?? 0), of => of.recent.perSecond.Rejected ?? 0],
    ['Failed a second', plain(recent.perSecond.Failed ?? 0), of => of.recent.perSecond.Failed ?? 0],
    ['Invalid a second', plain(recent.perSecond.Invalid ?? 0), of => of.recent.perSecond.Invalid ?? 0],
    ['In flight', count(gauges.InFlight ?? 0), of => of.gauges.InFlight ?? 0],
    ['Event loop delay p99', milliseconds(gauges.EventLoopDelayP99 ?? null), of => of.gauges.EventLoopDelayP99 ?? 0],
  ]
  return (
    <dl className="tiles">
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

type Part = { readonly snapshots: readonly Snapshot[]; readonly last: Snapshot }

function LatencyChart({ snapshots, last }: Part) {
  const series = (of: (snapshot: Snapshot) => number | null): Point[] =>
    snapshots.flatMap(snapshot => {
      const value = of(snapshot)
      return value === null ? [] : [[(snapshot.at - last.at) / 1000, value] as const]
    })
  const [p50, p95, p99] = [
    series(of => of.recent.latency.p50),
    series(of => of.recent.latency.p95),
    series(of => of.recent.latency.p99),
  ]
  return (
    <XYChart
      title="Latency"
      sentence={
        last.recent.latency.p95 === null
          ? 'Nothing was predicted in the last seconds.'
          : `Of the last seconds' predictions 95 % took ${milliseconds(last.recent.latency.p95)} at the most.`
      }
      x={{ label: 'seconds ago', domain: spanOf(snapshots, last), format: value => String(Math.abs(value)) }}
      y={{ label: 'ms', domain: [0, Math.max(1, ...p99.map(point => point[1])) * 1.1], format: plain }}
      series={[
        { label: 'p50', style: 's1', points: p50 },
        { label: 'p95', style: 's2 dashed', points: p95 },
        { label: 'p99', style: 's3 dotted', points: p99 },
      ]}
    />
  )
}

function ThroughputChart({ last }: Part) {
  const minutes = last.minutes.slice(-60)
  const points = minutes.map((minute): Point => [(minute.at - last.at) / 60_000, minute.predictions / 60])
  return (
    <XYChart
      title="Throughput, last hour"
      sentence={`${count(last.counters.Predictions ?? 0)} rows were answered since the start.`}
      x={{ label: 'minutes ago', domain: [-60, 0], format: value => String(Math.abs(value)) }}
      y={{ label: 'rows a second', domain: [0, Math.max(1, ...points.map(point => point[1])) * 1.1], format: plain }}
      series={[{ label: 'rows a second', style: 's1', points, isFilled: true }]}
    />
  )
}

function ScalingCard({ snapshots, last }: Part) {
  const { signal, value, target } = last.scaling
  const points = snapshots.flatMap((snapshot): Point[] =>
    snapshot.scaling.value === null ? [] : [[(snapshot.at - last.at) / 1000, snapshot.scaling.value]],
  )
  const [from] = spanOf(snapshots, last)
  return (
    <XYChart
      title={`Scaling: ${signal}`}
      sentence={
        value === null
          ? 'The signal is not known yet.'
          : `${plain(Math.round(value))} % of ${plain(target)} %: ${value > target ? 'this would scale out if it lasted' : 'no more capacity is needed'}.`
      }
      x={{ label: 'seconds ago', domain: spanOf(snapshots, last), format: seconds => String(Math.abs(seconds)) }}
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
    />
  )
}

function DeadLettersCard() {
  const { data, error } = useDeadLetters('', 5)
  return (
    <section className="card" aria-labelledby="ops-letters">
      <h2 id="ops-letters">Dead letters</h2>
      {error !== null && <Failure error={error} />}
      {data?.deadLetters.length === 0 && <p>None.</p>}
      {data !== undefined && data.deadLetters.length > 0 && (
        <ul>
          {data.deadLetters.map(letter => (
            <li key={letter.id}>
              <strong>{letter.code}</strong> <span className="muted">{letter.reason}</span>
            </li>
          ))}
        </ul>
      )}
      <p>
        <Link href="/ops/dead-letters">All dead letters</Link>
      </p>
    </section>
  )
}

function spanOf(snapshots: readonly Snapshot[], last: Snapshot): readonly [number, number] {
  return [Math.min(-30, ((snapshots[0]?.at ?? last.at) - last.at) / 1000), 0]
}

function milliseconds(value: number | null): string {
  return value === null ? '–' : `${plain(value)}\u202fms`
}

function useNow(): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
