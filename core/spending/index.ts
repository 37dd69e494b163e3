export type { Anomaly } from './anomalies.ts'
export { type Cost, type Month, reportSpending, type Share, type SpendingReport } from './report.ts'
export { DAY_MS, monthsBefore, toDay, type Window } from './window.ts'
