import { count, plain } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { useEffect, useState } from 'react'
import { Link } from 'wouter'
import { useDeadLetters } from '../../api/dead-letters.ts'
import { type Snapshot, useOperations } from '../../api/operations.ts'
import { Sparkline } from '../../charts/sparkline.tsx'
import { XYChart } from '../../charts/xy-chart.tsx'
import { DataTable } from '../../parts/data-table.tsx'
import { moment } from '../../parts/moment.ts'
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
        <p role="status" className="health">
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

/** Minutes of the last hour; the seconds since this page was opened, until the server has two minutes to show. */
function ThroughputChart({ snapshots, last }: Part) {
  const minutes = last.minutes
    .slice(-60)
    .map((minute): Point => [(minute.at - last.at) / 60_000, minute.predictions / 60])
  const seconds = snapshots.map((of): Point => [(of.at - last.at) / 1000, of.recent.perSecond.Predictions ?? 0])
  const isLong = minutes.length > 1
  const points = isLong ? minutes : seconds
  const first = Math.min(isLong ? -10 : -30, points[0]?.[0] ?? 0)
  return (
    <XYChart
      title={isLong ? 'Throughput, last hour' : 'Throughput'}
      sentence={`${count(last.counters.Predictions ?? 0)} rows were answered since the start.`}
      x={{
        label: isLong ? 'minutes ago' : 'seconds ago',
        domain: [first, 0],
        format: value => String(Math.abs(value)),
      }}
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

/** The newest reason of each code, with how many there are. */
function DeadLettersCard() {
  const { data, error } = useDeadLetters('')
  const byCode = Map.groupBy(data?.deadLetters ?? [], ({ code }) => code)
  return (
    <section className="card" aria-labelledby="ops-letters">
      <h2 id="ops-letters">Dead letters</h2>
      {error !== null && <Failure error={error} />}
      {data?.deadLetters.length === 0 && <p>None.</p>}
      {data !== undefined && data.deadLetters.length > 0 && (
        <DataTable
          name="Dead letters by code"
          columns={[
            {
              title: 'Code',
              text: true,
              cell: ([code]) => <Link href={`/ops/dead-letters?code=${encodeURIComponent(code)}`}>{code}</Link>,
            },
            {
              title: 'Letters',
              cell: ([, letters]) => `${count(letters.length)}${data.next === null ? '' : ' or more'}`,
            },
            { title: 'One of them', text: true, cell: ([, letters]) => letters[0]?.reason },
            { title: 'Last seen', text: true, cell: ([, letters]) => moment(letters[0]?.lastSeen) },
          ]}
          rows={[...byCode]}
        />
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

/** One decimal below ten. */
function rate(value: number): string {
  return value < 10 ? plain(Math.round(value * 10) / 10) : count(Math.round(value))
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
