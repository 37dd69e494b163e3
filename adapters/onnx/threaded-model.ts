import { type EventEmitter, on } from 'node:events'
import type { Model, Run } from '@scaling-mlops/core'
import { createInFlight } from './in-flight.ts'
import type { ThreadTask } from './model-thread.ts'
import { openOnnxModel } from './onnx-model.ts'
import type { ThreadUse } from './thread-use.ts'

// beside this file as it is written, and beside the bundle as it is shipped
const thread = new URL(`./model-thread${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url).href

/** Opens a graph in worker threads of its own, a session each: a run of many milliseconds then leaves the event loop free. */
export async function openThreadedModel(
  graph: Uint8Array,
  threads: number,
  use: ThreadUse = { available: 0, busyMs: 0 },
): Promise<Model> {
  const { inputs, outputs, close } = await openOnnxModel(graph)
  await close()
  // not above: a function on Lambda has no threads, and comes without the package
  const { Piscina } = await import('piscina')
  const pool = new Piscina<ThreadTask, Run>({
    filename: thread,
    workerData: graph,
    minThreads: threads,
    maxThreads: threads,
  })
  await allOpen(pool, threads)
  const inFlight = createInFlight()
  use.available += threads
  return {
    inputs,
    outputs,
    concurrency: threads,
    run: (feeds, names) =>
      inFlight.run(async () => {
        // a view would be sent with all of its buffer
        const own = Object.fromEntries(
          Object.entries(feeds).map(([name, tensor]) => [name, { ...tensor, data: tensor.data.slice() }]),
        )
        const run = await pool.run({ inputs: own, outputs: names })
        use.busyMs += run.milliseconds
        return run
      }),
    close: () =>
      inFlight.close(() => {
        use.available -= threads
        return pool.destroy()
      }),
  }
}

/** A thread that is ended while ONNX Runtime loads or opens a session takes the whole process with it: a model is open when all threads are. */
async function allOpen(pool: EventEmitter, threads: number): Promise<void> {
  for await (const _ of on(pool, 'message')) if (--threads === 0) return
}
