export { createPinoLog, type LogLevel } from './pino-log.ts'
