import { createMemoryMetrics } from '@scaling-mlops/adapters/memory'
import { toExposition, writeExposition } from '@scaling-mlops/adapters/prometheus'
import { describe, expect, it } from 'vitest'

describe('the text exposition', () => {
  it('escapes backslashes and line feeds in help, and quotes besides in labels', () => {
    const text = writeExposition([
      {
        name: 'files_total',
        type: 'counter',
        help: 'in C:\\temp\n"or" elsewhere',
        samples: [{ labels: { path: 'C:\\a "b"\nc', kind: 'x' }, value: 1 }],
      },
    ])

    expect(text).toBe(
      '# HELP files_total in C:\\\\temp\\n"or" elsewhere\n# TYPE files_total counter\nfiles_total{path="C:\\\\a \\"b\\"\\nc",kind="x"} 1\n',
    )
  })

  it('writes numbers that are none as Prometheus reads them', () => {
    const samples = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-7, 1e21].map(value => ({
      value,
    }))

    expect(writeExposition([{ name: 'x', type: 'gauge', help: 'x', samples }]).match(/(?<=^x ).*$/gm)).toEqual([
      'NaN',
      '+Inf',
      '-Inf',
      '1e-7',
      '1e+21',
    ])
  })

  it('has cumulative buckets in seconds that end with all', () => {
    const metrics = createMemoryMetrics()
    for (const milliseconds of [0.05, 0.051, 1, 1.01, 20_000]) metrics.observe('PredictionLatency', milliseconds)
    const lines = toExposition(metrics.snapshot())
      .split('\n')
      .filter(line => line.startsWith('model_serving_prediction_latency_seconds'))
      .map(line => line.slice('model_serving_prediction_latency_seconds'.length))

    expect(lines).toContain('_bucket{le="0.00005"} 1')
    expect(lines).toContain('_bucket{le="0.0001"} 2')
    expect(lines).toContain('_bucket{le="0.001"} 3')
    expect(lines).toContain('_bucket{le="0.002"} 4')
    expect(lines).toContain('_bucket{le="10"} 4')
    expect(lines.slice(-3)).toEqual(['_bucket{le="+Inf"} 5', '_sum 20.002111', '_count 5'])
  })

  it('counts the rows of runs as they are', () => {
    const metrics = createMemoryMetrics()
    for (const rows of [1, 1, 2, 60]) metrics.observe('BatchSize', rows)
    const text = toExposition(metrics.snapshot())

    expect(text).toContain('# TYPE model_serving_batch_size histogram\n')
    expect(text).toContain('\nmodel_serving_batch_size_bucket{le="1"} 2\n')
    expect(text).toContain('\nmodel_serving_batch_size_bucket{le="50"} 3\n')
    expect(text).toContain('\nmodel_serving_batch_size_bucket{le="100"} 4\n')
    expect(text).toContain('\nmodel_serving_batch_size_sum 64\n')
  })

  it('names counters, and gauges by their unit, once each and with help and type', () => {
    const metrics = createMemoryMetrics()
    metrics.count('Rejected', 3)
    metrics.gauge('WorkerUtilization', () => 12.5)
    metrics.gauge('EventLoopDelayMax', () => 250)
    const text = toExposition(metrics.snapshot())

    expect(text).toContain('# TYPE model_serving_rejected_total counter\nmodel_serving_rejected_total 3\n')
    expect(text).toContain(
      '# TYPE model_serving_worker_utilization_percent gauge\nmodel_serving_worker_utilization_percent 12.5\n',
    )
    expect(text).toContain('\nmodel_serving_event_loop_delay_max_seconds 0.25\n')
    expect(text).not.toContain('in_flight')
    const families = text.match(/(?<=^# TYPE )\S+/gm)
    expect(families).toEqual([...new Set(families)])
    expect(text.match(/(?<=^# HELP )\S+/gm)).toEqual(families)
  })

  it("has Triton's names on request, in its units, and not otherwise", () => {
    const metrics = createMemoryMetrics()
    metrics.count('Predictions', 5)
    metrics.count('Failed', 2)
    for (const milliseconds of [1, 2]) metrics.observe('PredictionLatency', milliseconds)
    metrics.observe('QueueWait', 0.5)
    for (const rows of [1, 3, 1]) metrics.observe('BatchSize', rows)
    metrics.gauge('InFlight', () => 7)
    const text = toExposition(metrics.snapshot(), 'triton')

    expect(text.match(/^nv_.*$/gm)).toEqual([
      'nv_inference_request_success 2',
      'nv_inference_request_failure 2',
      'nv_inference_count 5',
      'nv_inference_exec_count 3',
      'nv_inference_request_duration_us 3000',
      'nv_inference_queue_duration_us 500',
      'nv_inference_pending_request_count 7',
    ])
    expect(text).toContain('# TYPE nv_inference_count counter\n')
    expect(text).toContain('model_serving_predictions_total 5\n')
    expect(toExposition(metrics.snapshot())).not.toContain('nv_')
  })
})
