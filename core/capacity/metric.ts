import { type Instance, workDone } from './instance.ts'
import type { MetricTiming } from './policy.ts'
import type { Period } from './scaling.ts'

/** WorkerUtilization as CloudWatch sees it: each instance reports its mean since its last report; a period averages all reports in it. */
export type UtilisationMetric = {
  /** Every serving instance reports; answers the mean of the reports in percent, undefined of none. */
  publish(serving: readonly Instance[], now: number): number | undefined
  /** Ends the period that ends now. */
  endPeriod(now: number): Period
}

export function createUtilisationMetric({ publishSeconds, periodSeconds }: MetricTiming): UtilisationMetric {
  let [sum, count] = [0, 0]
  return {
    publish(serving, now) {
      const reports: number[] = []
      for (const instance of serving) {
        const done = workDone(instance, now)
        // since its last report, or since it was ready
        const seconds = Math.min(publishSeconds, now - instance.readyAt)
        const share = (done - instance.reported) / (seconds * instance.free.length)
        if (seconds > 0) reports.push(Math.min(100, share * 100))
        instance.reported = done
      }
      if (reports.length === 0) return undefined
      const total = reports.reduce((all, report) => all + report)
      sum += total
      count += reports.length
      return total / reports.length
    },
    endPeriod(now) {
      const period = { start: now - periodSeconds, end: now, value: count === 0 ? undefined : sum / count }
      ;[sum, count] = [0, 0]
      return period
    },
  }
}
