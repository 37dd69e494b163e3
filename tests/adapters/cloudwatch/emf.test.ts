import { toEmf } from '@scaling-mlops/adapters/cloudwatch'
import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { mergeMetrics } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'

const options = { environmentName: 'churn-production', at: 1_700_000_000_000 }
const parse = (lines: readonly string[]) => lines.map(line => JSON.parse(line))

describe('the embedded metric format', () => {
  it('has counters and gauges in one line, declared by name, unit and dimension', () => {
    const metrics = createMemoryMetrics()
    metrics.count('Predictions', 3)
    metrics.gauge('WorkerUtilization', () => 41.5)

    const [line] = parse(toEmf(metrics.snapshot(), options))

    expect(line).toMatchObject({ EnvironmentName: 'churn-production', Predictions: 3, WorkerUtilization: 41.5 })
    expect(line._aws.Timestamp).toBe(1_700_000_000_000)
    const [{ Namespace, Dimensions, Metrics }] = line._aws.CloudWatchMetrics
    expect({ Namespace, Dimensions }).toEqual({ Namespace: 'ModelServing', Dimensions: [['EnvironmentName']] })
    expect(Metrics).toContainEqual({ Name: 'Predictions', Unit: 'Count', StorageResolution: 1 })
    expect(Metrics).toContainEqual({ Name: 'WorkerUtilization', Unit: 'Percent', StorageResolution: 1 })
    expect(Object.keys(line).sort()).toEqual(
      ['EnvironmentName', '_aws', ...Metrics.map(({ Name }: { Name: string }) => Name)].sort(),
    )
  })

  it('says zero where nothing was counted, and nothing of a latency that nobody had', () => {
    const lines = parse(toEmf(mergeMetrics([]), options))

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatchObject({ Predictions: 0, Rejected: 0, Failed: 0, DeadLettered: 0 })
    expect(lines[0]).not.toHaveProperty('PredictionLatency')
  })

  it('keeps a distribution as values with their counts', () => {
    const metrics = createMemoryMetrics()
    for (const milliseconds of [1, 1, 1, 50]) metrics.observe('PredictionLatency', milliseconds)

    const [, line] = parse(toEmf(metrics.snapshot(), options))

    expect(line.PredictionLatency).toEqual({ Values: [1, 50], Counts: [3, 1], Max: 50, Min: 1, Count: 4, Sum: 53 })
    expect(line._aws.CloudWatchMetrics[0].Metrics).toEqual([
      { Name: 'PredictionLatency', Unit: 'Milliseconds', StorageResolution: 1 },
    ])
  })

  it('counts a value that came twice, alone as it may be, twice', () => {
    const metrics = createMemoryMetrics()
    for (const milliseconds of [7, 7]) metrics.observe('QueueWait', milliseconds)

    const [, line] = parse(toEmf(metrics.snapshot(), options))

    expect(line.QueueWait).toMatchObject({ Values: [7], Counts: [2] })
  })

  it('writes the widest distribution in lines of at most 100 values that a pipe takes in one piece', () => {
    const metrics = createMemoryMetrics()
    for (let milliseconds = 0.001; milliseconds < 3_600_000; milliseconds *= 1.005)
      metrics.observe('PredictionLatency', milliseconds)

    const lines = toEmf(metrics.snapshot(), options)
    const targets = parse(lines).flatMap(line => line.PredictionLatency ?? [])

    expect(targets.length).toBeGreaterThan(5)
    expect(Math.max(...targets.map(({ Values }) => Values.length))).toBe(100)
    expect(targets.reduce((total, { Count }) => total + Count, 0)).toBe(metrics.summary('PredictionLatency').count)
    expect(Math.max(...lines.map(line => Buffer.byteLength(line)))).toBeLessThan(4096)
  })
})
