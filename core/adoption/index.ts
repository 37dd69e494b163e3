export { type AdoptedFeatures, adoptFeatures, type KnownFeature } from './adopt-features.ts'
export { adoptTask, type TaskWishes } from './adopt-task.ts'
export type { GraphDescription, GraphProblem, GraphValue } from './graph-description.ts'
export { probeRows } from './probe-rows.ts'
