import { availableParallelism } from 'node:os'
import { type EventLoopUtilization, monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** How hard this process works, over the last ten to twenty seconds. */
export type ProcessMeter = {
  /** Percent: the larger of the event loop's share of busy time and that of the scoring threads. */
  utilization(): number
  /** Milliseconds that the event loop came late to what was due: 99th percentile. */
  delayP99(): number
  delayMax(): number
  close(): void
}

/** Scoring threads of this process, and what they have worked so far. */
export type ScoringThreads = { readonly available: number; readonly busyMs: number }

const WINDOW_MS = 10_000
/** How often the loop is asked to be on time; a shorter delay than this is seen in part. */
const RESOLUTION_MS = 10

type Mark = { readonly at: number; readonly loop: EventLoopUtilization; readonly busyMs: number }

/** Measures until it is closed. What is reported reaches back to the start of the window before the present one, so that a reader that comes every ten seconds misses no peak. */
export function openProcessMeter(threads: ScoringThreads): ProcessMeter {
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  const markNow = (): Mark => ({
    at: performance.now(),
    loop: performance.eventLoopUtilization(),
    busyMs: threads.busyMs,
  })
  // what is counted from here on; the window before it ends where `present` begins
  let since = markNow()
  let present = since
  let before = { p99: 0, max: 0 }

  const timer = setInterval(() => {
    since = present
    present = markNow()
    before = { p99: lateness(delays.percentile(99)), max: lateness(delays.max) }
    delays.reset()
  }, WINDOW_MS).unref()

  return {
    utilization() {
      const loop = performance.eventLoopUtilization(performance.eventLoopUtilization(), since.loop).utilization
      const available = Math.min(threads.available, availableParallelism())
      const elapsed = performance.now() - since.at
      const busy = available === 0 ? 0 : (threads.busyMs - since.busyMs) / (elapsed * available)
      return 100 * Math.min(1, Math.max(loop, busy))
    },
    delayP99: () => Math.max(before.p99, lateness(delays.percentile(99))),
    delayMax: () => Math.max(before.max, lateness(delays.max)),
    close() {
      clearInterval(timer)
      delays.disable()
    },
  }
}

/** The monitor gives nanoseconds from one of its timers to the next: what is above its interval is the delay. */
function lateness(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
}
