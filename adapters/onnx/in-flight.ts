import { CoreError } from '@scaling-mlops/core'

/** Counts the runs of one model, so that it is released after the last of them: releasing earlier would end them with an error. */
export type InFlight = {
  /** Carries out a run, or refuses it once the model is closed. */
  run<T>(run: () => Promise<T>): Promise<T>
  /** Refuses further runs, waits for those that are under way, then releases, once. */
  close(release: () => Promise<void>): Promise<void>
}

export function createInFlight(): InFlight {
  let running = 0
  let closed: Promise<void> | undefined
  let idle: (() => void) | undefined
  return {
    async run(run) {
      if (closed) throw new CoreError('model_unavailable', 'the model is closed')
      running++
      try {
        return await run()
      } finally {
        if (--running === 0) idle?.()
      }
    },
    close(release) {
      closed ??= new Promise<void>(resolve => {
        idle = resolve
        if (running === 0) resolve()
      }).then(release)
      return closed
    },
  }
}
