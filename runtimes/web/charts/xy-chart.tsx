import { areaPath, createFrame, type Domain, linePath, type Point } from '@scaling-mlops/adapters/report/geometry'
import { type KeyboardEvent, type PointerEvent, type ReactNode, useId } from 'react'
import { useWidth } from './use-width.ts'

export type Axis = {
  readonly label: string
  readonly domain: Domain
  readonly ticks?: readonly number[]
  readonly format: (value: number) => string
}

export type Series = {
  readonly label: string
  /** A class of the style sheet: `s1`, `s2 dashed`, `reference`. */
  readonly style: string
  readonly points: readonly Point[]
  readonly isFilled?: boolean
}

/** One point that a reader can move along the curve, by pointer or arrow keys. */
export type Cursor = {
  readonly place: Point
  readonly text: string
  /** To the point of its series with this index. */
  readonly steps: readonly Point[]
  readonly move: (index: number) => void
}

/** What two labels take from middle to middle, about. */
const widthOf = (label: string, before = ''): number => ((label.length + before.length) / 2) * 7 + 6

/** Lines in a frame with axes, drawn at the width they have on the page, with their numbers as a table below. */
export function XYChart({
  title,
  sentence,
  x,
  y,
  series,
  cursor,
  rule,
  table,
  children,
  height = 260,
}: {
  readonly title: string
  readonly sentence: string
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  readonly cursor?: Cursor | undefined
  readonly rule?: number | undefined
  readonly table?: ReactNode
  readonly children?: (frame: ReturnType<typeof createFrame>) => ReactNode
  readonly height?: number
}) {
  const [ref, width] = useWidth<HTMLDivElement>()
  const id = useId()
  const frame = createFrame({
    x: x.domain,
    y: y.domain,
    width,
    height,
    ...(x.ticks === undefined ? {} : { xTicks: x.ticks }),
    ...(y.ticks === undefined ? {} : { yTicks: y.ticks }),
  })
  const labels = frame.xTicks.map(x.format)
  const room = (frame.right - frame.left) / Math.max(1, labels.length)
  // every second or third label where two neighbours would touch
  const every = Math.ceil(Math.max(...labels.slice(1).map((label, place) => widthOf(label, labels[place]))) / room)
  const index = cursor === undefined ? 0 : nearestIndex(cursor.steps, cursor.place)
  const onKeyDown = (event: KeyboardEvent) => {
    if (cursor === undefined) return
    const last = cursor.steps.length - 1
    const moves: Readonly<Record<string, number>> = { ArrowLeft: index - 1, ArrowRight: index + 1, Home: 0, End: last }
    const next = moves[event.key]
    if (next === undefined) return
    event.preventDefault()
    cursor.move(Math.min(last, Math.max(0, next)))
  }
  const onPointer = (event: PointerEvent<HTMLDivElement>) => {
    if (cursor === undefined || (event.type === 'pointermove' && event.buttons === 0)) return
    const box = event.currentTarget.getBoundingClientRect()
    const share = (event.clientX - box.left - frame.left) / (frame.right - frame.left)
    const value = x.domain[0] + share * (x.domain[1] - x.domain[0])
    cursor.move(nearestIndex(cursor.steps, [value, Number.NaN]))
  }
  const scrub =
    cursor === undefined
      ? {}
      : {
          role: 'slider',
          tabIndex: 0,
          'aria-label': `${title}: threshold`,
          'aria-valuemin': 0,
          'aria-valuemax': cursor.steps.length - 1,
          'aria-valuenow': index,
          'aria-valuetext': cursor.text,
          onKeyDown,
          onPointerDown: onPointer,
          onPointerMove: onPointer,
        }
  return (
    <figure className="card">
      <p className="kind">{title}</p>
      <h2 className="say">{sentence}</h2>
      {series.length > 1 && (
        <ul className="legend">
          {series.map(({ label, style }) => (
            <li key={label}>
              <svg viewBox="0 0 18 10" aria-hidden="true">
                <line className={`line ${style}`} x1="1" x2="17" y1="5" y2="5" />
              </svg>
              {label}
            </li>
          ))}
        </ul>
      )}
      <div ref={ref} className="chart-box" {...scrub}>
        <svg className="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-labelledby={id}>
          <title id={id}>{title}</title>
          <desc>{sentence}</desc>
          {frame.yTicks.map(tick => (
            <g key={tick}>
              <line className="grid-line" x1={frame.left} x2={frame.right} y1={frame.y(tick)} y2={frame.y(tick)} />
              <text x={frame.left - 6} y={frame.y(tick) + 4} textAnchor="end">
                {y.format(tick)}
              </text>
            </g>
          ))}
          {frame.xTicks.map((tick, place) =>
            place % every === 0 ? (
              <text key={tick} x={frame.x(tick)} y={frame.bottom + 16} textAnchor="middle">
                {labels[place]}
              </text>
            ) : null,
          )}
          <line className="axis" x1={frame.left} x2={frame.right} y1={frame.bottom} y2={frame.bottom} />
          <text x={(frame.left + frame.right) / 2} y={frame.bottom + 34} textAnchor="middle">
            {x.label}
          </text>
          <text x={0} y={frame.top - 12}>
            {y.label}
          </text>
          {children?.(frame)}
          {rule !== undefined && (
            <line className="rule" x1={frame.x(rule)} x2={frame.x(rule)} y1={frame.top} y2={frame.bottom} />
          )}
          {series.map(({ label, style, points, isFilled }) => (
            <g key={label}>
              {isFilled && <path className="area" d={areaPath(frame, points)} />}
              <path className={`line ${style}`} d={linePath(frame, points)} />
            </g>
          ))}
          {cursor !== undefined && (
            <>
              <circle className="dot s1" cx={frame.x(cursor.place[0])} cy={frame.y(cursor.place[1])} r="6" />
              <text className="note" x={frame.right} y={frame.top - 12} textAnchor="end">
                {cursor.text}
              </text>
            </>
          )}
        </svg>
      </div>
      {table !== undefined && (
        <details>
          <summary>
            Show data<span className="hidden">: {title}</span>
          </summary>
          {table}
        </details>
      )}
    </figure>
  )
}

function nearestIndex(points: readonly Point[], [x, y]: Point): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (const [index, point] of points.entries()) {
    const distance = Math.abs(point[0] - x) + (Number.isNaN(y) ? 0 : Math.abs(point[1] - y))
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}
