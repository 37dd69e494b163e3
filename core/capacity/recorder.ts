import { createLatencyHistogram } from './latency-histogram.ts'
import type { Resizing, Run, Sample } from './run.ts'

/** Keeps the books of a run. */
export function createRecorder(targetSeconds: number) {
  const overall = createLatencyHistogram()
  const recent = createLatencyHistogram()
  const scalings: Resizing[] = []
  const samples: Sample[] = []
  let [requests, rejected, late, waited] = [0, 0, 0, 0]
  let [waitSum, latencySum, workSum, servingSeconds] = [0, 0, 0, 0]
  let [recentRequests, recentRejected, reports, reportSum] = [0, 0, 0, 0]

  return {
    missed: (): number => rejected + late,

    /** One request by its wait, −1 where it was refused. */
    request(wait: number, service: number): void {
      requests++
      recentRequests++
      if (wait < 0) {
        rejected++
        recentRejected++
        return
      }
      const latency = wait + service
      if (wait > 0) waited++
      if (latency > targetSeconds) late++
      waitSum += wait
      latencySum += latency
      workSum += service
      overall.add(latency)
      recent.add(latency)
    },

    utilisation(percent: number | undefined): void {
      if (percent === undefined) return
      reportSum += percent
      reports++
    },

    resized(resizing: Resizing): void {
      scalings.push(resizing)
    },

    sample(at: number, seconds: number, serving: number, capacity: number): void {
      samples.push({
        at,
        rate: recentRequests / seconds,
        serving,
        capacity,
        utilisation: reports === 0 ? 0 : reportSum / reports,
        p99Milliseconds: recent.quantile(0.99) * 1000,
        rejectedRate: recentRejected / seconds,
      })
      servingSeconds += serving * seconds
      recent.clear()
      ;[recentRequests, recentRejected, reports, reportSum] = [0, 0, 0, 0]
    },

    run(seconds: number, paidSeconds: number, slots: number, stopped: boolean): Run {
      const served = requests - rejected
      const capacities = samples.map(({ capacity }) => capacity)
      return {
        seconds,
        requests,
        rejected,
        late,
        kept: requests === 0 ? 1 : 1 - (rejected + late) / requests,
        latencyMilliseconds: {
          mean: served === 0 ? 0 : (latencySum / served) * 1000,
          p50: overall.quantile(0.5) * 1000,
          p99: overall.quantile(0.99) * 1000,
          p999: overall.quantile(0.999) * 1000,
        },
        wait: {
          meanMilliseconds: served === 0 ? 0 : (waitSum / served) * 1000,
          share: served === 0 ? 0 : waited / served,
        },
        instances: {
          least: capacities.reduce((least, capacity) => Math.min(least, capacity), Number.POSITIVE_INFINITY),
          most: capacities.reduce((most, capacity) => Math.max(most, capacity), 0),
          mean: paidSeconds / seconds,
        },
        instanceHours: paidSeconds / 3600,
        utilisation: servingSeconds === 0 ? 0 : (workSum / (servingSeconds * slots)) * 100,
        scalings,
        samples,
        stopped,
      }
    },
  }
}
