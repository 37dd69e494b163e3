export { openAlarms, UnknownAlarmError } from './alarms.ts'
export { openCloudWatch } from './cloudwatch.ts'
export { type EmfOptions, toEmf } from './emf.ts'
export { createEmfSink } from './emf-sink.ts'
