export { countVersions, type Environment, type EnvironmentState } from './environment.ts'
export type { GateFailure, GateOptions } from './gate.ts'
export { type ReleaseFailure, type ReleaseOptions, type ReleaseResult, release } from './release.ts'
export { type Alarms, type Alias, type ShiftFailure, type ShiftOptions, type ShiftResult, shift } from './shift.ts'
