import { Slider } from '@base-ui/react/slider'
import { percent, threshold as shownThreshold } from '@scaling-mlops/adapters/report/format'
import { areaPath, createFrame, type Point } from '@scaling-mlops/adapters/report/geometry'
import { useWidth } from '../../charts/use-width.ts'

const HEIGHT = 92
/** Half of the threshold's handle, so that it stands under its tick at both ends. */
const MARGIN = { left: 13, right: 13, top: 20, bottom: 22 }

/** Where a probability stands between 0 and 100 %, before the scores of the held-out rows, with the threshold to move. */
export function ProbabilityScale({
  probability,
  threshold,
  setThreshold,
  scores,
}: {
  readonly probability: number
  readonly threshold: number
  readonly setThreshold: (threshold: number) => void
  readonly scores: { readonly edges: readonly number[]; readonly counts: readonly (readonly number[])[] } | undefined
}) {
  const [ref, width] = useWidth<SVGSVGElement>(420)
  const bins =
    scores?.edges.slice(0, -1).map((_, bin) => scores.counts.reduce((sum, counts) => sum + (counts[bin] ?? 0), 0)) ?? []
  const frame = createFrame({ x: [0, 1], y: [0, Math.max(1, ...bins)], width, height: HEIGHT, margin: MARGIN })
  const steps = bins.flatMap((count, bin): Point[] => [
    [scores?.edges[bin] ?? 0, count],
    [scores?.edges[bin + 1] ?? 1, count],
  ])
  const at = frame.x(threshold)
  const side = threshold < 0.25 ? 'start' : threshold > 0.75 ? 'end' : 'middle'
  return (
    <div className="scale">
      <svg
        ref={ref}
        className="chart"
        viewBox={`0 0 ${width} ${HEIGHT}`}
        role="img"
        aria-label={`Probability ${percent(probability)}, threshold ${percent(threshold)}${scores === undefined ? '' : ', before the scores of the held-out rows'}`}
      >
        {steps.length > 0 && <path className="area" d={areaPath(frame, steps)} />}
        <line className="axis" x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
        {[0, 0.25, 0.5, 0.75, 1].map(tick => (
          <text key={tick} x={frame.x(tick)} y={frame.bottom + 18} textAnchor="middle">
            {percent(tick)}
          </text>
        ))}
        <line className="rule" x1={at} x2={at} y1={frame.top} y2={frame.bottom} />
        <text className="note" x={at} y={frame.top - 7} textAnchor={side}>
          threshold {shownThreshold(threshold)}
        </text>
        <circle
          className={probability >= threshold ? 'dot s2' : 'dot s3'}
          cx={frame.x(probability)}
          cy={frame.bottom}
          r={8}
        />
      </svg>
      <Slider.Root
        className="threshold"
        min={0}
        max={1}
        step={0.01}
        value={threshold}
        onValueChange={value => setThreshold(Math.round(Number(value) * 100) / 100)}
      >
        <Slider.Control className="threshold-control">
          <Slider.Track className="threshold-track">
            <Slider.Thumb
              className="threshold-thumb"
              aria-label="Decision threshold"
              getAriaValueText={text => `${shownThreshold(Number(text))}`}
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
    </div>
  )
}
