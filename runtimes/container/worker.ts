import cluster from 'node:cluster'
import type { MetricsSnapshot } from '@scaling-mlops/core'
import type { Configuration } from '../configuration/settings.ts'
import { explain } from '../exit.ts'
import type { Team } from './container.ts'
import { type ServingProcess, serve } from './serve.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

const METRICS_EVERY_MS = 1000
const METRICS_PATIENCE_MS = 1000

/** One of several processes that serve on the same port, led by a primary. It ends when it is told to, and at once (Node sees to it) when its primary is gone. */
export async function runWorker(configuration: Configuration): Promise<void> {
  let serving: ServingProcess | undefined
  const leave = async (end: (serving: ServingProcess) => Promise<void>): Promise<void> => {
    if (serving !== undefined) {
      await end(serving)
      await tell({ type: 'metrics', snapshot: serving.readMetrics() })
    }
    process.exit(0)
  }
  // a terminal and an init system signal the whole group: whoever is told first, all end the same way
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void leave(({ stop }) => stop()))
  process.on('SIGHUP', () => {})
  process.on('message', (message: ToWorker) => {
    if (message.type === 'stop') void leave(({ stop }) => stop())
    if (message.type === 'retire') void leave(({ retire }) => retire())
  })

  try {
    serving = await serve(configuration, createTeam())
  } catch (error) {
    const explanation = explain(error)
    await tell({ type: 'failed', explanation })
    process.exit(explanation.exitCode)
  }
  const { readMetrics } = serving
  const report = (): void => void tell({ type: 'metrics', snapshot: readMetrics() })
  report()
  setInterval(report, METRICS_EVERY_MS).unref()
}

function createTeam(): Team {
  const wanted = new Map<number, (snapshot: MetricsSnapshot) => void>()
  const admitted = new Promise<void>(resolve => {
    process.on('message', (message: ToWorker) => {
      if (message.type === 'admitted') resolve()
      if (message.type === 'metrics of all') wanted.get(message.id)?.(message.snapshot)
    })
  })
  let lastId = 0
  return {
    worker: cluster.worker?.id ?? 0,
    async admit(url) {
      await tell({ type: 'listening', url })
      await admitted
    },
    readMetrics: () =>
      new Promise((resolve, reject) => {
        const id = ++lastId
        const settle = (): void => {
          clearTimeout(patience)
          wanted.delete(id)
        }
        const patience = setTimeout(() => {
          settle()
          reject(new Error(`the primary did not give the metrics of all workers within ${METRICS_PATIENCE_MS} ms`))
        }, METRICS_PATIENCE_MS)
        wanted.set(id, snapshot => {
          settle()
          resolve(snapshot)
        })
        void tell({ type: 'metrics wanted', id })
      }),
  }
}

/** Resolves when the message is on its way, or when nobody is there to read it. */
function tell(message: FromWorker): Promise<void> {
  return new Promise(resolve => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve())
    else resolve()
  })
}
