import type { Catalogue } from '../catalogue.ts'
import type { Spent } from '../model-statistics.ts'
import type { Servable } from '../servable.ts'

/** What the models that are open have done. */
export async function describeAllStatistics(catalogue: Catalogue): Promise<readonly object[]> {
  const ready = catalogue.index().filter(({ state }) => state === 'READY')
  const found = await Promise.allSettled(ready.map(({ name, version }) => catalogue.find(name, String(version))))
  // one that is put away meanwhile is none
  return found.flatMap(each => (each.status === 'fulfilled' ? [describeStatistics(each.value)] : []))
}

/** What a version has done, in nanoseconds, as Triton's statistics extension counts it. */
export function describeStatistics({ name, version, statistics }: Servable): object {
  const { lastInference, rows, runs, success, failed, queue, compute, batches } = statistics()
  const none = { count: 0, ns: 0 }
  return {
    name,
    version: String(version),
    last_inference: lastInference,
    inference_count: rows,
    execution_count: runs,
    inference_stats: {
      success: toDuration(success),
      fail: { count: failed, ns: 0 },
      queue: toDuration(queue),
      compute_input: none,
      compute_infer: toDuration(compute),
      compute_output: none,
      cache_hit: none,
      cache_miss: none,
    },
    response_stats: {},
    batch_stats: [...batches]
      .sort(([a], [b]) => a - b)
      .map(([size, spent]) => ({
        batch_size: size,
        compute_input: none,
        compute_infer: toDuration(spent),
        compute_output: none,
      })),
    memory_usage: [],
  }
}

function toDuration({ count, milliseconds }: Spent): object {
  return { count, ns: Math.round(milliseconds * 1e6) }
}
