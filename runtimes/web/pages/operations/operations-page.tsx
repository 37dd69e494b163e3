import { useEffect, useState } from 'react'
import { useOperations } from '../../api/operations.ts'
import { Failure, Loading, PageHead } from '../../parts/states.tsx'
import { BatchSizeHistogram, WaitHistogram } from './distribution-histogram.tsx'
import { LettersCard } from './letters-card.tsx'
import { ModelsCard } from './models-card.tsx'
import { Tiles } from './tiles.tsx'
import { LatencyChart, ScalingChart, ThroughputChart } from './time-charts.tsx'

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
        <ThroughputChart snapshots={snapshots} last={last} />
        <WaitHistogram snapshots={snapshots} />
        <BatchSizeHistogram snapshots={snapshots} />
        <ScalingChart snapshots={snapshots} last={last} />
        <ModelsCard last={last} />
      </div>
      <LettersCard />
    </>
  )
}

function useNow(): number {
  const [now, setNow] = useState(Date.now())
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [])
  return now
}
