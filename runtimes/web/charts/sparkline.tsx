import { createFrame, linePath, type Point } from '@scaling-mlops/adapters/report/geometry'
import { useWidth } from './use-width.ts'

const HEIGHT = 22
const MARGIN = { left: 2, right: 4, top: 3, bottom: 3 }

/** How the answer moves with one number, where it is now, and the threshold. */
export function ResponseSparkline({
  id,
  points,
  value,
  threshold,
  title,
}: {
  readonly id: string
  readonly points: readonly Point[]
  readonly value: number
  readonly threshold: number | undefined
  readonly title: string
}) {
  const [ref, width] = useWidth<SVGSVGElement>(200)
  const values = points.map(([, y]) => y)
  const isShare = threshold !== undefined
  const [low, high] = isShare ? [0, 1] : [Math.min(...values), Math.max(...values)]
  const [first, last] = [points[0], points.at(-1)]
  if (first === undefined || last === undefined) return null
  const frame = createFrame({
    x: [first[0], last[0] === first[0] ? first[0] + 1 : last[0]],
    y: [low, high === low ? low + 1 : high],
    width,
    height: HEIGHT,
    margin: MARGIN,
  })
  const at = Math.min(last[0], Math.max(first[0], value))
  return (
    <svg ref={ref} className="spark" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-labelledby={`${id}-spark`}>
      <title id={`${id}-spark`}>How the result moves with {title} alone</title>
      {threshold !== undefined && (
        <line
          className="line reference"
          x1={frame.left}
          x2={frame.right}
          y1={frame.y(threshold)}
          y2={frame.y(threshold)}
        />
      )}
      <path className="line s1" d={linePath(frame, points)} />
      {Number.isFinite(value) && <circle className="dot s1" cx={frame.x(at)} cy={frame.y(between(points, at))} r={4} />}
    </svg>
  )
}

/** A series over time, as small as a word. */
export function Sparkline({ values, title }: { readonly values: readonly number[]; readonly title: string }) {
  const [ref, width] = useWidth<SVGSVGElement>(140)
  const frame = createFrame({
    x: [0, Math.max(1, values.length - 1)],
    y: [0, Math.max(...values, 1e-9)],
    width,
    height: HEIGHT,
    margin: MARGIN,
  })
  return (
    <svg ref={ref} className="spark" viewBox={`0 0 ${width} ${HEIGHT}`} role="img" aria-label={title}>
      {values.length > 1 && (
        <path
          className="line s1"
          d={linePath(
            frame,
            values.map((value, index): Point => [index, value]),
          )}
        />
      )}
    </svg>
  )
}

/** The height of a line at a place between its points. */
function between(points: readonly Point[], x: number): number {
  const next = points.findIndex(point => point[0] >= x)
  const [after, before] = [points[Math.max(0, next)], points[Math.max(0, next - 1)]]
  if (after === undefined || before === undefined || after[0] === before[0]) return after?.[1] ?? 0
  return before[1] + ((after[1] - before[1]) * (x - before[0])) / (after[0] - before[0])
}
