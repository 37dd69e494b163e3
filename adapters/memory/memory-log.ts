import type { Log, LogFields } from '@scaling-mlops/core'

export type MemoryLog = Log & {
  readonly lines: readonly { readonly level: keyof Log; readonly message: string; readonly fields: LogFields }[]
}

/** Keeps every line, for tests. */
export function createMemoryLog(): MemoryLog {
  const lines: { level: keyof Log; message: string; fields: LogFields }[] = []
  const at =
    (level: keyof Log) =>
    (message: string, fields: LogFields = {}) => {
      lines.push({ level, message, fields })
    }
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}
