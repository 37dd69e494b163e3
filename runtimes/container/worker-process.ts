import cluster from 'node:cluster'
import { once } from 'node:events'
import { ExplainedError, type Explanation } from '../exit.ts'
import type { TeamMetrics } from './team-metrics.ts'
import type { FromWorker, ToWorker } from './worker-messages.ts'

/** A worker that is told to go and does not is ended after this long. */
const RETIREMENT_MS = 10_000

/** A worker as its primary sees it. */
export type WorkerProcess = {
  readonly id: number
  readonly pid: number
  /** The url it listens at. Rejects where it ends before. */
  readonly listening: Promise<string>
  /** How it ended, after the last word from it was heard. */
  readonly ended: Promise<Ending>
  admit(): void
  /** Tells it that the whole server ends. */
  stop(): void
  /** Lets it finish what it has and go. */
  retire(): void
  kill(): void
}

export type Ending = { readonly code: number | null; readonly signal: string | null; readonly reason?: string }

/** Starts a worker: a process of the same program, which knows by the cluster that it is one. */
export function startWorker(metrics: TeamMetrics): WorkerProcess {
  const worker = cluster.fork()
  const { id } = worker
  let explanation: Explanation | undefined
  const send = (message: ToWorker): void => {
    if (worker.isConnected()) worker.send(message, () => {})
  }

  const ended = Promise.all([once(worker, 'exit'), once(worker, 'disconnect')]).then(
    ([[code, signal]]): Ending => {
      metrics.end(id)
      return { code, signal, ...(explanation === undefined ? {} : { reason: explanation.lines.join('; ') }) }
    },
    // the system had no room for another process
    (error: Error): Ending => ({ code: null, signal: null, reason: error.message }),
  )
  const listening = new Promise<string>((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (message.type === 'listening') resolve(message.url)
      else if (message.type === 'failed') explanation = message.explanation
      else if (message.type === 'metrics') metrics.update(id, message.snapshot)
      else if (message.type === 'metrics wanted')
        send({ type: 'metrics of all', id: message.id, snapshot: metrics.read() })
    })
    void ended.then(({ code, signal }) =>
      reject(
        new ExplainedError(
          explanation ?? {
            lines: [`error[E_WORKER]: a worker ended with ${signal ?? `code ${code}`} before it listened`],
            exitCode: code || 1,
          },
        ),
      ),
    )
  })
  listening.catch(() => {})

  const kill = (): void => void worker.process.kill('SIGKILL')
  return {
    id,
    pid: worker.process.pid ?? 0,
    listening,
    ended,
    admit: () => send({ type: 'admitted' }),
    stop: () => send({ type: 'stop' }),
    retire() {
      send({ type: 'retire' })
      const patience = setTimeout(kill, RETIREMENT_MS)
      void ended.then(() => clearTimeout(patience))
    },
    kill,
  }
}
