import type { Clock } from '../ports/clock.ts'
import type { Timer } from '../ports/timer.ts'
import { messageOf } from './gate.ts'

/** The name that callers use, which stands for one version, or for two by weight. */
export type Alias = {
  look(): Promise<AliasState>
  /** Sends all calls to a version, but for the share that another one gets. */
  point(version: string, canary?: Canary): Promise<void>
}

export type AliasState = { readonly version: string; readonly canary?: Canary | undefined }

/** A version that gets a share of the calls, above 0 and below 1. */
export type Canary = { readonly version: string; readonly share: number }

/** What watches a service: those of its alarms that go just now, in words. */
export type Alarms = () => Promise<readonly string[]>

export type ShiftOptions = {
  readonly alias: Alias
  readonly alarms: Alarms
  /** Makes the new version, which nobody calls yet. */
  readonly publish: () => Promise<string>
  /** Asks a version what it must answer; resolves with what is wrong with its answers. */
  readonly checkAnswers: (version: string) => Promise<string | undefined>
  /** Of the calls, until the canary has lived its time. */
  readonly share: number
  readonly canaryMilliseconds: number
  readonly pollMilliseconds: number
  readonly rollback: boolean
  readonly clock: Clock
  readonly timer: Timer
  readonly note: (message: string) => void
}

export type ShiftFailure = {
  readonly kind: 'status' | 'alarm' | 'answers' | 'unreachable'
  readonly message: string
}

/**
 * How a shift ended: `released`; `refused` before anything was changed; `withheld`, since the version answers wrongly and never got a call;
 * `failed` and left so; `rolled_back`; or `stuck`, where going back failed as well.
 */
export type ShiftResult = {
  readonly outcome: 'released' | 'refused' | 'withheld' | 'failed' | 'rolled_back' | 'stuck'
  readonly version: string
  readonly previous: string
  readonly failure?: ShiftFailure
  readonly rollbackFailure?: ShiftFailure
}

/**
 * Publishes a version, asks it before anybody else does, gives it a share of the calls while alarms are watched, then all of them. What
 * fails on the way gets no calls any more. Rejects only before the alias was touched.
 */
export async function shift(options: ShiftOptions): Promise<ShiftResult> {
  const { alias, alarms, publish, checkAnswers, share, rollback, note } = options
  const { version: previous, canary } = await alias.look()
  const refuse = (kind: ShiftFailure['kind'], message: string): ShiftResult => ({
    outcome: 'refused',
    version: previous,
    previous,
    failure: { kind, message },
  })
  if (canary !== undefined)
    return refuse(
      'status',
      `a shift is under way: version ${canary.version} gets ${percent(canary.share)} of the calls`,
    )
  const already = await alarms()
  if (already.length > 0) return refuse('alarm', `alarms go already: ${already.join('; ')}`)

  const version = await publish()
  const wrong = await checkAnswers(version).catch(messageOf)
  if (wrong !== undefined)
    return { outcome: 'withheld', version, previous, failure: { kind: 'answers', message: wrong } }
  if (version === previous) return { outcome: 'released', version, previous }

  const failure = await moveCalls(version, previous)
  if (failure === undefined) return { outcome: 'released', version, previous }
  note(`failed: ${failure.message}`)
  if (!rollback) return { outcome: 'failed', version, previous, failure }
  const rollbackFailure = await goBack(alias, previous)
  return rollbackFailure === undefined
    ? { outcome: 'rolled_back', version, previous, failure }
    : { outcome: 'stuck', version, previous, failure, rollbackFailure }

  async function moveCalls(to: string, from: string): Promise<ShiftFailure | undefined> {
    try {
      await alias.point(from, { version: to, share })
      note(`version ${to} gets ${percent(share)} of the calls, ${from} the others`)
      const alarm = await watchAlarms(options)
      if (alarm !== undefined) return alarm
      await alias.point(to)
      note(`version ${to} gets all calls`)
      const going = await alarms()
      return going.length === 0 ? undefined : { kind: 'alarm', message: going.join('; ') }
    } catch (error) {
      return { kind: 'unreachable', message: messageOf(error) }
    }
  }
}

/** Looks at the alarms for the canary's time. A look that fails is taken again; the last one must not. */
async function watchAlarms(options: ShiftOptions): Promise<ShiftFailure | undefined> {
  const { alarms, canaryMilliseconds, pollMilliseconds, clock, timer, note } = options
  const began = clock.monotonic()
  for (;;) {
    const left = canaryMilliseconds - (clock.monotonic() - began)
    await timer.sleep(Math.max(0, Math.min(pollMilliseconds, left)))
    try {
      const going = await alarms()
      if (going.length > 0) return { kind: 'alarm', message: going.join('; ') }
    } catch (error) {
      note(messageOf(error))
      if (left <= pollMilliseconds) return { kind: 'unreachable', message: messageOf(error) }
      continue
    }
    if (left <= pollMilliseconds) return undefined
    note(`no alarm; ${Math.ceil((left - pollMilliseconds) / 1000)} s to go`)
  }
}

async function goBack(alias: Alias, previous: string): Promise<ShiftFailure | undefined> {
  try {
    if (standsFor(await alias.look(), previous)) return undefined
    await alias.point(previous)
    const state = await alias.look()
    return standsFor(state, previous)
      ? undefined
      : { kind: 'status', message: `the alias stands for ${state.version} and not for ${previous} alone` }
  } catch (error) {
    return { kind: 'unreachable', message: messageOf(error) }
  }
}

function standsFor({ version, canary }: AliasState, wanted: string): boolean {
  return version === wanted && canary === undefined
}

function percent(share: number): string {
  return `${Number((share * 100).toFixed(2))} %`
}
