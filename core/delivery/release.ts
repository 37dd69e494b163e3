import type { Clock } from '../ports/clock.ts'
import type { Timer } from '../ports/timer.ts'
import { countVersions, type Environment, type EnvironmentState } from './environment.ts'
import { type GateFailure, type GateOptions, messageOf, passGate } from './gate.ts'

export type ReleaseOptions = {
  readonly environment: Environment
  readonly gate: GateOptions
  /** Asks the new version what it must answer; resolves with what is wrong with its answers. */
  readonly checkAnswers: () => Promise<string | undefined>
  /** Whether what fails is taken back. */
  readonly rollback: boolean
  readonly clock: Clock
  readonly timer: Timer
  /** Hears what is seen and done, as it happens. */
  readonly note: (message: string) => void
}

export type ReleaseFailure = GateFailure | { readonly kind: 'answers'; readonly message: string }

/**
 * How a release ended: `released`; `refused` before anything was changed; `failed` and left so, since nobody asked for more;
 * `rolled_back` to the previous version, which passed the gate; or `stuck`, where that failed as well and somebody must look.
 */
export type ReleaseResult = {
  readonly outcome: 'released' | 'refused' | 'failed' | 'rolled_back' | 'stuck'
  readonly version: string
  readonly previous: string
  readonly failure?: ReleaseFailure
  /** Why the previous version could not be brought back. */
  readonly rollbackFailure?: GateFailure
}

/**
 * Brings a version to an environment and stays until it serves everywhere, healthy, with right answers. What is not so in time goes back
 * to the previous version, after the update was called off where one is still under way. Rejects only where the first look or the order
 * fails: then nothing has changed.
 */
export async function release(version: string, options: ReleaseOptions): Promise<ReleaseResult> {
  const { environment, gate, checkAnswers, rollback, note } = options
  const watch = { ...gate, ...options, look: environment.look }
  const before = await environment.look()
  const previous = before.version
  if (before.status !== 'ready') {
    const message = `the environment takes no orders now, it is ${before.status}: ${before.health.words}`
    return { outcome: 'refused', version, previous, failure: { kind: 'status', message } }
  }
  note(`${previous} serves, health is ${before.health.words}, ${countVersions(before.instances)}`)
  if (previous !== version) await environment.update(version)

  const failure = (await passGate(version, watch)) ?? (await wrongAnswers(checkAnswers))
  if (failure === undefined) return { outcome: 'released', version, previous }
  note(`failed: ${failure.message}`)
  if (!rollback || previous === version) return { outcome: 'failed', version, previous, failure }
  const rollbackFailure = await goBack(previous, options)
  return rollbackFailure === undefined
    ? { outcome: 'rolled_back', version, previous, failure }
    : { outcome: 'stuck', version, previous, failure, rollbackFailure }
}

async function wrongAnswers(checkAnswers: ReleaseOptions['checkAnswers']): Promise<ReleaseFailure | undefined> {
  const message = await checkAnswers().catch(messageOf)
  return message === undefined ? undefined : { kind: 'answers', message }
}

/** Calls off what is under way, orders the previous version where the platform has not gone back by itself, and watches it. */
async function goBack(previous: string, options: ReleaseOptions): Promise<GateFailure | undefined> {
  const { environment, gate, note } = options
  try {
    const state = await settle(options)
    if (!servesOnly(state, previous)) {
      note(`back to ${previous}`)
      await environment.update(previous)
    }
  } catch (error) {
    return { kind: 'unreachable', message: messageOf(error) }
  }
  return passGate(previous, { ...gate, ...options, look: environment.look })
}

/** The environment once it takes orders, or when the time for that is over. */
async function settle({ environment, gate, clock, timer, note }: ReleaseOptions): Promise<EnvironmentState> {
  const began = clock.monotonic()
  let state = await environment.look()
  if (state.status === 'updating') {
    note('the update is called off')
    // it may have ended between the look and the order: what counts is whether the environment comes to rest
    await environment.abort().catch((error: unknown) => note(messageOf(error)))
  }
  while (state.status === 'updating' && clock.monotonic() - began < gate.timeoutMilliseconds) {
    await timer.sleep(gate.pollMilliseconds)
    state = await environment.look()
  }
  return state
}

function servesOnly({ status, version, instances }: EnvironmentState, wanted: string): boolean {
  return status === 'ready' && version === wanted && instances.length > 0 && instances.every(each => each === wanted)
}
