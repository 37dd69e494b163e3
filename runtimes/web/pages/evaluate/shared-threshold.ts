import { percent } from '@scaling-mlops/adapters/report/format'
import type { Point } from '@scaling-mlops/adapters/report/geometry'
import { precision, type Report, type ThresholdPoint } from '@scaling-mlops/core/evaluation'
import type { Cursor } from '../../charts/xy-chart.tsx'

export type BinaryReport = Extract<Report, { task: 'binary' }>

/** The threshold that all pictures of the page share, and what comes of it. */
export type SharedThreshold = {
  readonly threshold: number
  /** The confusion table at the threshold. */
  readonly now: ThresholdPoint
  /** A point that moves the threshold along a curve, each confusion table having its place on it. */
  readonly cursor: (place: (table: ThresholdPoint) => Point) => Cursor
}

export type BinaryPart = { readonly report: BinaryReport; readonly shared: SharedThreshold }

export const className = ({ target, positive }: BinaryReport): string => `${target} = ${positive}`

/** The share of all rows that is flagged. */
export const flagged = (table: ThresholdPoint, { data }: BinaryReport): number =>
  (table.truePositives + table.falsePositives) / data.rows

/** Others that are flagged, of all others. */
export const falsePositiveRate = ({ falsePositives, trueNegatives }: ThresholdPoint): number =>
  falsePositives / (falsePositives + trueNegatives)

/** Where nothing is flagged, nothing is flagged wrongly. */
export const precisionOrOne = (table: ThresholdPoint): number => {
  const value = precision(table)
  return Number.isFinite(value) ? value : 1
}

const SHARES = [0, 0.2, 0.4, 0.6, 0.8, 1]

/** An axis from 0 to 100 %. */
export const shareAxis = (label: string) => ({
  label,
  domain: [0, 1] as const,
  ticks: SHARES,
  format: (value: number) => percent(value),
})

/** An axis of thresholds. */
export const thresholdAxis = { ...shareAxis('threshold'), format: (value: number) => value.toFixed(1) }
