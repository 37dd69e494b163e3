import type { AccessLog, Log, LogFields } from '@scaling-mlops/core'
import pino from 'pino'
import { toAccessLine } from './access-line.ts'
import { createBlockWriter } from './block-writer.ts'
import { createTimestamp } from './timestamp.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent'

export type OpenLog = {
  readonly log: Log
  /** Silent above level info. */
  readonly accessLog: AccessLog
  /** Writes a line, with its line feed, as it is and at any level: metrics that travel with the log. */
  writeLine(line: string): void
  /** Writes what is still held, for the way out. */
  flush(): void
}

export type LogOptions = {
  /** Other processes write to this standard output as well. */
  readonly isShared?: boolean
  /** What every line but those of requests says beside its message. */
  readonly fields?: LogFields
}

/** JSON lines on standard output, a little late but for errors. */
export function openLog(level: LogLevel, { isShared = false, fields }: LogOptions = {}): OpenLog {
  const writer = createBlockWriter(isShared)
  const timestamp = createTimestamp()
  const logger = pino(
    {
      level,
      base: fields ?? null,
      timestamp: () => `,"time":${timestamp()}`,
      formatters: { level: label => ({ level: label }) },
      serializers: { error: pino.stdSerializers.err },
    },
    writer,
  )
  return {
    log: {
      debug: (message, fields) => logger.debug(fields ?? {}, message),
      info: (message, fields) => logger.info(fields ?? {}, message),
      warn: (message, fields) => logger.warn(fields ?? {}, message),
      error: (message, fields) => {
        logger.error(fields ?? {}, message)
        writer.flush()
      },
    },
    accessLog: logger.isLevelEnabled('info') ? entry => writer.write(toAccessLine(entry, timestamp())) : () => {},
    writeLine: writer.write,
    flush: writer.flushSync,
  }
}
