import { type MetricsSnapshot, mergeMetrics } from '@scaling-mlops/core'

/** The metrics of workers that come and go: what the gone have counted stays, so that no counter ever goes down. */
export type TeamMetrics = {
  /** Takes what a worker has counted since its start. */
  update(worker: number, snapshot: MetricsSnapshot): void
  /** Keeps the last counts of a worker that is gone, and forgets its gauges. */
  end(worker: number): void
  read(): MetricsSnapshot
}

export function createTeamMetrics(): TeamMetrics {
  const running = new Map<number, MetricsSnapshot>()
  let ended = mergeMetrics([])
  return {
    update: (worker, snapshot) => void running.set(worker, snapshot),
    end(worker) {
      const last = running.get(worker)
      if (last === undefined) return
      ended = mergeMetrics([ended, { ...last, gauges: {} }])
      running.delete(worker)
    },
    read: () => mergeMetrics([ended, ...running.values()]),
  }
}
