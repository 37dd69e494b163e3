export { type LogLevel, type OpenLog, openLog } from './open-log.ts'
