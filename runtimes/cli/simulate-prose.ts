import {
  type Candidate,
  HOURS_PER_MONTH,
  instanceType,
  type Policy,
  type Prices,
  type Run,
  type TraceSummary,
} from '@scaling-mlops/core/capacity'

/** A run in a few lines. */
export function runText(run: Run, traffic: TraceSummary, policy: Policy, prices: Prices): string {
  const { instances, latencyMilliseconds: latency, scalings } = run
  const hours = run.seconds / 3600
  const { type } = policy.instance
  const paid = run.instanceHours * instanceType(prices, type).hourly
  const out = scalings.filter(({ from, to }) => to > from).length
  return table([
    [
      'traffic',
      `${count(run.requests)} requests in ${plain(hours)} h: ${plain(run.requests / run.seconds)}/s on average, ${plain(traffic.peakRate)}/s in the busiest minute`,
    ],
    [
      'kept',
      `${(run.kept * 100).toFixed(3)} % within ${plain(policy.latencyTargetMilliseconds)} ms: ${count(run.late)} late, ${count(run.rejected)} refused`,
    ],
    [
      'latency',
      `${plain(latency.p50)} ms median, ${plain(latency.p99)} ms p99, ${plain(latency.p999)} ms p99.9; ${plain(run.wait.meanMilliseconds)} ms of it wait on average`,
    ],
    [
      'instances',
      `${instances.least} to ${instances.most} of ${type}, ${plain(instances.mean)} on average, ${plain(run.instanceHours)} instance-hours, ${plain(run.utilisation)} % busy`,
    ],
    ['scalings', `${scalings.length}: ${out} out, ${scalings.length - out} in`],
    [
      'cost',
      `${dollars(paid)} for the instances, ${dollars((paid / hours) * HOURS_PER_MONTH)} a month at this rate (${prices.region}, prices of ${prices.asOf})`,
    ],
    ['policy', policyText(policy)],
  ])
}

export function policyText({ minimum, maximum, warmupSeconds, scaling }: Policy): string {
  const fleet = `${minimum} to ${maximum} instances, warm-up ${warmupSeconds} s`
  switch (scaling.kind) {
    case 'fixed':
      return `${fleet}, no scaling`
    case 'target_tracking':
      return `${fleet}, target ${plain(scaling.target)} %`
    case 'simple':
      return `${fleet}, simple scaling above ${scaling.upper} % and below ${scaling.lower} %`
    case 'step':
      return `${fleet}, step scaling above ${scaling.upper} % and below ${scaling.lower} %`
  }
}

export function candidatesText(kept: readonly Candidate[], tried: number): string {
  const lines = kept
    .slice(0, 8)
    .map(
      ({ target, minimum, warmupSeconds, instanceHours, kept, scalings }) =>
        `  target ${plain(target)} %, minimum ${minimum}, warm-up ${warmupSeconds} s: ${plain(instanceHours)} instance-hours, ${(kept * 100).toFixed(3)} % kept, ${scalings} scalings`,
    )
  return [`tried ${tried} policies; the cheapest that keep the target:`, ...lines].join('\n')
}

/** Names in one column, what is to be said of them in the other. */
export function table(rows: readonly (readonly [name: string, text: string])[]): string {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, text]) => `${name.padEnd(width)}  ${text}`).join('\n')
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 })
}

/** Four significant digits, or all digits of a whole number. */
export function plain(value: number): string {
  return value.toLocaleString('en-US', { maximumSignificantDigits: Number.isInteger(value) ? 21 : 4 })
}

export function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`
}
