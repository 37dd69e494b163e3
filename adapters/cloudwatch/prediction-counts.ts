import { nameMissingPermission } from '@scaling-mlops/core'
import { DAY_MS, toDay, type Window } from '@scaling-mlops/core/spending'
import { DIMENSION, NAMESPACE } from './metric-data.ts'

/** One number for all environments together. */
const QUERY = `SUM(SEARCH('{${NAMESPACE},${DIMENSION}} MetricName="Predictions"', 'Sum', ${DAY_MS / 1000}))`

/** How many predictions all environments of this account and region made on each day; days without are left out. */
export async function readPredictionCounts({ from, to }: Window): Promise<Readonly<Record<string, number>>> {
  const { CloudWatchClient, GetMetricDataCommand } = await import('@aws-sdk/client-cloudwatch')
  const client = new CloudWatchClient({ maxAttempts: 6 })
  const counts: Record<string, number> = {}
  try {
    let NextToken: string | undefined
    do {
      const command = new GetMetricDataCommand({
        StartTime: new Date(from),
        EndTime: new Date(to),
        MetricDataQueries: [{ Id: 'predictions', Expression: QUERY }],
        ...(NextToken && { NextToken }),
      })
      const page = await client.send(command)
      for (const { Timestamps = [], Values = [] } of page.MetricDataResults ?? [])
        Timestamps.forEach((at, index) => {
          counts[toDay(at.getTime())] = Values[index] ?? 0
        })
      NextToken = page.NextToken
    } while (NextToken)
    return counts
  } catch (error) {
    throw nameMissingPermission(error, 'cloudwatch:GetMetricData')
  } finally {
    client.destroy()
  }
}
