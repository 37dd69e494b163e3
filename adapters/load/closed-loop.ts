import { setTimeout as after } from 'node:timers/promises'
import { type Connection, createConnection } from './connection.ts'
import { type LoadReport, toReport } from './load-report.ts'
import { watchOwnEffort } from './own-effort.ts'
import { createTally } from './tally.ts'
import type { Target } from './target.ts'

export type ClosedLoopOptions = {
  readonly target: Target
  /** Each sends its next request when it has the answer to the last. */
  readonly connections: number
  readonly durationMs: number
  /** Load before anything is counted. */
  readonly warmUpMs: number
}

/** A pause after what broke, so that a server that refuses connections is not the subject of a tight loop. */
const RETRY_MS = 50

/**
 * Finds what a server can do: a fixed number of connections, always busy. The slower the server, the fewer requests it gets, so the
 * latencies are those of this load and say nothing of arrivals that do not wait; for those there is the open loop.
 */
export async function runClosedLoop({
  target,
  connections,
  durationMs,
  warmUpMs,
}: ClosedLoopOptions): Promise<LoadReport> {
  let tally = createTally()
  let running = true
  const all = Array.from({ length: connections }, () => createConnection(target))
  for (const connection of all) keepBusy(connection)

  function keepBusy(connection: Connection): void {
    const sent = performance.now()
    connection.send((status, error) => {
      if (!running) return
      if (error === undefined) {
        tally.answer(status, performance.now() - sent)
        keepBusy(connection)
        return
      }
      tally.fail(error.message)
      setTimeout(() => running && keepBusy(connection), RETRY_MS)
    })
  }

  await after(warmUpMs)
  tally = createTally()
  const effort = watchOwnEffort()
  const started = performance.now()
  await after(durationMs)
  const report = toReport(tally, (performance.now() - started) / 1000, effort())
  running = false
  for (const connection of all) connection.destroy()
  return report
}
