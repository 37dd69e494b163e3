export { type MetricFamily, type Sample, writeExposition } from './exposition.ts'
export { toGrafanaDashboard } from './grafana-dashboard.ts'
export { toExposition } from './metric-families.ts'
