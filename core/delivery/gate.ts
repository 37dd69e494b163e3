import type { Clock } from '../ports/clock.ts'
import type { Timer } from '../ports/timer.ts'
import { countVersions, type EnvironmentState } from './environment.ts'

/** How long an environment is watched, and what is enough to believe it. */
export type GateOptions = {
  readonly pollMilliseconds: number
  /** Good looks in a row that open the gate. */
  readonly goodPolls: number
  /** Bad looks in a row that close it: one may be of a moment, as the first after an order often is. */
  readonly badPolls: number
  /** What is not good by then has failed. */
  readonly timeoutMilliseconds: number
}

/** What kept the gate closed. */
export type GateFailure = {
  readonly kind: 'status' | 'version' | 'mixed_versions' | 'health' | 'server_errors' | 'timeout' | 'unreachable'
  readonly message: string
}

type Verdict = { readonly kind: 'good' | 'waiting'; readonly message: string } | ({ readonly bad: true } & GateFailure)

type Watch = GateOptions & {
  readonly look: () => Promise<EnvironmentState>
  readonly clock: Clock
  readonly timer: Timer
  readonly note: (message: string) => void
}

/**
 * Looks until a version serves everywhere and well, so many times in a row. Undefined where it does, else what is wrong. A look that
 * fails says nothing of the environment: it is taken again until the time is over.
 */
export async function passGate(version: string, watch: Watch): Promise<GateFailure | undefined> {
  const { pollMilliseconds, goodPolls, badPolls, timeoutMilliseconds, look, clock, timer, note } = watch
  const began = clock.monotonic()
  let [good, bad] = [0, 0]
  for (;;) {
    const verdict = await look().then(
      state => judge(state, version),
      (error: unknown): Verdict => ({ bad: true, kind: 'unreachable', message: messageOf(error) }),
    )
    const isBad = 'bad' in verdict
    good = verdict.kind === 'good' ? good + 1 : 0
    bad = isBad && verdict.kind !== 'unreachable' ? bad + 1 : 0
    note(`${verdict.message}${good > 0 ? ` (${good} of ${goodPolls})` : bad > 0 ? ` (${bad} of ${badPolls})` : ''}`)
    if (good >= goodPolls) return undefined
    if (isBad && bad >= badPolls) return { kind: verdict.kind, message: verdict.message }
    if (clock.monotonic() - began + pollMilliseconds > timeoutMilliseconds)
      return {
        kind: verdict.kind === 'unreachable' ? 'unreachable' : 'timeout',
        message: `not good within ${Math.round(timeoutMilliseconds / 1000)} s; last seen: ${verdict.message}`,
      }
    await timer.sleep(pollMilliseconds)
  }
}

function judge({ status, version, health, serverErrors, instances }: EnvironmentState, wanted: string): Verdict {
  const running = instances.length === 0 ? 'no instance reports yet' : countVersions(instances)
  if (status === 'updating') return { kind: 'waiting', message: `updating: ${running}` }
  if (status === 'unavailable')
    return { bad: true, kind: 'status', message: `the environment is not available: ${health.words}` }
  if (version !== wanted)
    return { bad: true, kind: 'version', message: `the environment is at ${version} and not at ${wanted}` }
  if (instances.length === 0) return { kind: 'waiting', message: running }
  if (instances.some(each => each !== wanted))
    return { bad: true, kind: 'mixed_versions', message: `instances run different versions: ${running}` }
  if (health.grade === 'bad') return { bad: true, kind: 'health', message: `health is ${health.words}` }
  if (serverErrors > 0)
    return { bad: true, kind: 'server_errors', message: `${serverErrors} answers of 5xx in the last seconds` }
  if (health.grade === 'unsure') return { kind: 'waiting', message: `health is ${health.words}` }
  return { kind: 'good', message: `health is ${health.words}, ${running}` }
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
