export { type LogLevel, type LogOptions, type OpenLog, openLog } from './open-log.ts'
