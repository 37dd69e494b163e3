import { percent } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { type Costs, costOf, f1, recall } from '@scaling-mlops/core/evaluation'
import { type ReactNode, useMemo, useState } from 'react'
import { useKey } from '../../shell/shortcuts.tsx'
import { useUrlState } from '../../shell/url-state.ts'
import { ConfusionTable } from './confusion-table.tsx'
import { DecisionsCard } from './decisions-card.tsx'
import { GainChart, PrecisionRecallChart, RocChart } from './ranking-charts.tsx'
import { CalibrationChart, ScoresChart } from './score-charts.tsx'
import type { BinaryReport, SharedThreshold } from './shared-threshold.ts'
import { CostChart, MeasuresChart } from './threshold-charts.tsx'
import { ThresholdStrip } from './threshold-strip.tsx'

/** Where most of the positive rows are found. */
const ENOUGH_RECALL = 0.8

/** One threshold for the whole page: every picture of it moves together. */
export function BinaryEvaluation({
  report,
  children,
}: {
  readonly report: BinaryReport
  readonly children: ReactNode
}) {
  const { curves } = report
  const [inUrl, setInUrl] = useUrlState('t')
  const [costs, setCosts] = useState<Costs>(report.costs ?? { fp: 10, fn: 100 })
  const given = Number(inUrl ?? Number.NaN)
  const threshold = inUrl !== null && given >= 0 && given <= 1 ? given : report.threshold
  const set = (next: number) => setInUrl(Math.min(1, Math.max(0, next)).toFixed(2))
  useKey(['[', ']'], key => set(threshold + (key === '[' ? -0.01 : 0.01)))

  const points = curves.threshold
  const now = points[Math.round(threshold * (points.length - 1))]
  const cost = useMemo(() => points.map((point): Point => [point.threshold, costOf(point, costs)]), [points, costs])
  if (now === undefined || curves.roc.length === 0)
    return <p className="notice">All judged rows are of one class, so there is nothing to rank.</p>

  const lowest = cost.reduce((least, point) => (point[1] < least[1] ? point : least))
  const bestF1 = points.reduce((best, point) => (f1(point) > f1(best) ? point : best))
  const enough = points.findLast(point => recall(point) >= ENOUGH_RECALL)
  const shared: SharedThreshold = {
    threshold,
    now,
    cursor: place => ({
      place: place(now),
      text: `threshold ${threshold.toFixed(2)}`,
      steps: points.map(place),
      move: index => set(points[index]?.threshold ?? threshold),
    }),
  }
  return (
    <>
      <ThresholdStrip
        threshold={threshold}
        set={set}
        choices={[
          ['The model’s', report.threshold],
          ['Best F1', bestF1.threshold],
          ...(enough === undefined ? [] : [[`Recall ${percent(ENOUGH_RECALL)}`, enough.threshold] as const]),
          ['Lowest cost', lowest[0]],
        ]}
      />
      <div className="cards">
        <ConfusionTable report={report} table={now} />
        <DecisionsCard report={report} shared={shared} costs={costs} setCosts={setCosts} />
        <RocChart report={report} shared={shared} />
        <PrecisionRecallChart report={report} shared={shared} />
        <MeasuresChart report={report} shared={shared} best={bestF1} />
        <CostChart shared={shared} costs={costs} curve={cost} lowest={lowest} />
        <CalibrationChart report={report} />
        <GainChart report={report} shared={shared} />
        <ScoresChart report={report} threshold={threshold} />
        {children}
      </div>
    </>
  )
}
