export { type MetricFamily, type Sample, writeExposition } from './exposition.ts'
export { toExposition } from './metric-families.ts'
