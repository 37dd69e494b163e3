import { nameMissingPermission } from '@scaling-mlops/core'
import type { Alarms } from '@scaling-mlops/core/delivery'

/** Alarms that were named and are not there, or cannot be: a watch that sees nothing would let everything pass. */
export class UnknownAlarmError extends Error {
  override readonly name = 'UnknownAlarmError'
}

/** Those of the named alarms that go. An alarm without data does not. */
export async function openAlarms(names: readonly string[]): Promise<Alarms> {
  if (names.length === 0) return async () => []
  const { CloudWatchClient, DescribeAlarmsCommand } = await import('@aws-sdk/client-cloudwatch')
  const client = new CloudWatchClient({ maxAttempts: 6 })
  const command = new DescribeAlarmsCommand({
    AlarmNames: [...names],
    AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
    MaxRecords: 100,
  })
  return async () => {
    const { MetricAlarms = [], CompositeAlarms = [] } = await client.send(command).catch((error: unknown) => {
      throw nameMissingPermission(error, 'cloudwatch:DescribeAlarms')
    })
    const found = [...MetricAlarms, ...CompositeAlarms]
    const missing = names.filter(name => !found.some(({ AlarmName }) => AlarmName === name))
    if (missing.length > 0)
      throw new UnknownAlarmError(
        `there is no alarm ${missing.map(name => `"${name}"`).join(', ')} in this account and region`,
      )
    return found
      .filter(({ StateValue }) => StateValue === 'ALARM')
      .map(({ AlarmName = '', StateReason = '' }) => (StateReason === '' ? AlarmName : `${AlarmName}: ${StateReason}`))
  }
}
