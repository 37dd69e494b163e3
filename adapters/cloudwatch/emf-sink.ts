import type { MetricsSink } from '@scaling-mlops/core'
import { toEmf } from './emf.ts'

/** Delivers by lines in the log, for whoever ships it to CloudWatch Logs. */
export function createEmfSink({
  environmentName,
  write,
}: {
  readonly environmentName: string
  /** Takes a line with its line feed. */
  readonly write: (line: string) => void
}): MetricsSink {
  return {
    async deliver(counted, at) {
      for (const line of toEmf(counted, { environmentName, at })) write(line)
    },
    close() {},
  }
}
