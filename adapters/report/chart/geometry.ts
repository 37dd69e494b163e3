import { scaleLinear } from 'd3-scale'
import { area, line } from 'd3-shape'

/** Where things stand in a chart, in its own units; knows nothing of markup, so that a report and a console can draw the same picture. */
export type Frame = {
  readonly width: number
  readonly height: number
  /** The plot: the rectangle within the axes. */
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** From values to places. */
  x(value: number): number
  y(value: number): number
  readonly xTicks: readonly number[]
  readonly yTicks: readonly number[]
}

export type Domain = readonly [low: number, high: number]

export type Point = readonly [x: number, y: number]

/** Units of a chart: about CSS pixels, since a card is never much wider or narrower. */
export const CHART_WIDTH = 360

export function createFrame(options: {
  readonly x: Domain
  readonly y: Domain
  readonly width?: number
  readonly height?: number
  readonly margin?: { readonly left?: number; readonly right?: number; readonly top?: number; readonly bottom?: number }
  readonly xTicks?: readonly number[]
  readonly yTicks?: readonly number[]
}): Frame {
  const { width = CHART_WIDTH, height = 272, margin = {} } = options
  const [left, right] = [margin.left ?? 44, width - (margin.right ?? 14)]
  const [top, bottom] = [margin.top ?? 24, height - (margin.bottom ?? 38)]
  const x = scaleLinear([...options.x], [left, right])
  const y = scaleLinear([...options.y], [bottom, top])
  return {
    width,
    height,
    left,
    right,
    top,
    bottom,
    x: value => rounded(x(value)),
    y: value => rounded(y(value)),
    xTicks: options.xTicks ?? x.ticks(5),
    yTicks: options.yTicks ?? y.ticks(5),
  }
}

/** The path through points; one whose value is NaN is a gap. */
export function linePath(frame: Frame, points: readonly Point[]): string {
  return (
    line<Point>()
      .defined(isKnown)
      .x(point => frame.x(point[0]))
      .y(point => frame.y(point[1]))(points) ?? ''
  )
}

/** The surface between points and a base line, with the same gaps. */
export function areaPath(frame: Frame, points: readonly Point[], base = 0): string {
  return (
    area<Point>()
      .defined(isKnown)
      .x(point => frame.x(point[0]))
      .y0(frame.y(base))
      .y1(point => frame.y(point[1]))(points) ?? ''
  )
}

export type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

/** The bar over [from, to] on the x axis between two values on the y axis, with a hair's breadth to its neighbour. */
export function barBetween(frame: Frame, [from, to]: Domain, [base, value]: Domain, gap = 1): Rectangle {
  const left = frame.x(from)
  const [top, bottom] = [frame.y(Math.max(base, value)), frame.y(Math.min(base, value))]
  return {
    x: rounded(left + gap / 2),
    y: top,
    width: rounded(Math.max(0.5, frame.x(to) - left - gap)),
    height: rounded(bottom - top),
  }
}

const isKnown = (point: Point): boolean => !Number.isNaN(point[1])

function rounded(value: number): number {
  return Math.round(value * 10) / 10
}
