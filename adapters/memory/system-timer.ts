import type { Timer } from '@scaling-mlops/core'

/** The event loop's own timers. */
export const systemTimer: Timer = {
  sleep: (milliseconds, signal) =>
    new Promise(resolve => {
      if (signal?.aborted) {
        resolve()
        return
      }
      const end = (): void => {
        clearTimeout(timeout)
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const timeout = setTimeout(end, milliseconds)
      signal?.addEventListener('abort', end)
    }),
  every(milliseconds, task) {
    const interval = setInterval(task, milliseconds)
    return () => clearInterval(interval)
  },
}
