import { Slider } from '@base-ui/react/slider'
import { percent, threshold as shownThreshold } from '@scaling-mlops/adapters/report/format'
import { areaPath, createFrame, type Point } from '@scaling-mlops/adapters/report/geometry'
import { useWidth } from '../../charts/use-width.ts'

const HEIGHT = 62

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
  const frame = createFrame({
    x: [0, 1],
    y: [0, Math.max(1, ...bins)],
    width,
    height: HEIGHT,
    margin: { left: 11, right: 11, top: 6, bottom: 20 },
  })
  const steps = bins.flatMap((count, bin): Point[] => [
    [scores?.edges[bin] ?? 0, count],
    [scores?.edges[bin + 1] ?? 1, count],
  ])
  return (
    <div>
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
          <text key={tick} x={frame.x(tick)} y={frame.bottom + 15} textAnchor="middle">
            {Math.round(tick * 100)}
          </text>
        ))}
        <line className="rule" x1={frame.x(threshold)} x2={frame.x(threshold)} y1={frame.top} y2={frame.bottom} />
        <circle
          className={probability >= threshold ? 'dot s2' : 'dot s3'}
          cx={frame.x(probability)}
          cy={frame.bottom}
          r={6.5}
        />
      </svg>
      <Slider.Root
        className="slider"
        min={0}
        max={1}
        step={0.01}
        value={threshold}
        onValueChange={value => setThreshold(Math.round(Number(value) * 100) / 100)}
      >
        <Slider.Control className="slider-control">
          <Slider.Track className="slider-track">
            <Slider.Thumb
              className="slider-thumb"
              aria-label="Decision threshold"
              getAriaValueText={text => `${shownThreshold(Number(text))}`}
            />
          </Slider.Track>
        </Slider.Control>
      </Slider.Root>
      <p className="small muted">Decision threshold {shownThreshold(threshold)}</p>
    </div>
  )
}
