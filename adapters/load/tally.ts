import { createLatencies, type Latencies } from './latencies.ts'

/** What has come back so far: durations by status, and what broke by its reason. */
export type Tally = {
  readonly statuses: Map<number, Latencies>
  readonly failures: Map<string, number>
  answer(status: number, milliseconds: number): void
  fail(reason: string): void
}

export function createTally(): Tally {
  const statuses = new Map<number, Latencies>()
  const failures = new Map<string, number>()
  return {
    statuses,
    failures,
    answer(status, milliseconds) {
      const latencies = statuses.get(status) ?? createLatencies()
      if (latencies.count === 0) statuses.set(status, latencies)
      latencies.record(milliseconds)
    },
    fail(reason) {
      failures.set(reason, (failures.get(reason) ?? 0) + 1)
    },
  }
}
