import type { ModelStatistics } from '@scaling-mlops/core'

/** Of a model that has done nothing. */
export function noStatistics(): ModelStatistics {
  const none = { count: 0, milliseconds: 0 }
  return {
    lastInference: 0,
    rows: 0,
    runs: 0,
    success: none,
    failed: 0,
    queue: none,
    compute: none,
    batches: new Map(),
  }
}
