export { openProcessMeter, type ProcessMeter } from './process-meter.ts'
