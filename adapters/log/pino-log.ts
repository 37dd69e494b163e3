import type { Log } from '@scaling-mlops/core'
import pino from 'pino'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

/** JSON lines on standard output, written in the background in blocks; `flush` writes what is still held, for the way out. */
export function createPinoLog(level: LogLevel): Log & { flush(): void } {
  const destination = pino.destination({ dest: 1, sync: false, minLength: 4096, periodicFlush: 1000 })
  // a reader that goes away (a closed pipe) ends the log, not the server
  destination.on('error', () => {})
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { error: pino.stdSerializers.err },
      formatters: { level: label => ({ level: label }) },
    },
    destination,
  )
  return {
    debug: (message, fields) => logger.debug(fields ?? {}, message),
    info: (message, fields) => logger.info(fields ?? {}, message),
    warn: (message, fields) => logger.warn(fields ?? {}, message),
    error: (message, fields) => {
      logger.error(fields ?? {}, message)
      destination.flush()
    },
    flush() {
      try {
        destination.flushSync()
      } catch {
        // nothing was opened yet, or nobody reads any more
      }
    },
  }
}
