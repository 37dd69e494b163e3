import { CoreError } from '@scaling-mlops/core'
import { ExplainedError } from '../exit.ts'

/** As shells say it: 128 and the number of the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** Aborts its signal at the first SIGINT or SIGTERM; a second one ends the process as usual. `stopped` gives the error of what was cancelled its exit code. */
export function stopOnSignals(hint: string): {
  readonly signal: AbortSignal
  readonly stopped: (error: unknown) => unknown
} {
  const controller = new AbortController()
  let exitCode: number | undefined
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      exitCode = EXIT_CODES[name]
      controller.abort()
    })
  return {
    signal: controller.signal,
    stopped: error =>
      exitCode !== undefined && error instanceof CoreError && error.code === 'cancelled'
        ? new ExplainedError({ lines: [`error[E_CANCELLED]: ${error.message}${hint}`], exitCode })
        : error,
  }
}
