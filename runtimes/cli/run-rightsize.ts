import { writeFile } from 'node:fs/promises'
import {
  instanceType,
  type Objective,
  type Prices,
  type Recommendation,
  recommend,
  type Scores,
  SHIPPED_POLICY,
} from '@scaling-mlops/core/capacity'
import { EXIT, UnreachableError } from '../exit.ts'
import { applySettings } from './apply-settings.ts'
import { openPrices, openTrace, type TraceFlags } from './capacity-input.ts'
import { type Measurement, measureOwnServer, measureScore, measureServer } from './measure.ts'
import { toModelReference } from './open-model.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'
import { measurementText, recommendationText } from './rightsize-prose.ts'

export type RightsizeFlags = OutputFlags &
  Omit<TraceFlags, 'trace'> & {
    readonly traffic: string
    readonly slo?: Objective
    readonly model: string
    readonly url?: URL
    readonly slots: number
    readonly body?: string
    readonly yes?: true
    readonly duration: number
    readonly service?: number
    readonly variation: number
    readonly memory: number
    readonly boot: number
    readonly logBytes: number
    readonly score?: true
    readonly scores?: Readonly<Record<string, number>>
    readonly out?: string
    readonly apply?: true
    readonly config: string
    readonly prices?: string
  }

/** p99 within what the shipped policy keeps. */
const USUAL_OBJECTIVE: Objective = { share: 0.99, milliseconds: SHIPPED_POLICY.latencyTargetMilliseconds }

/** Measures, recommends, and says on what assumptions; an objective that the simulator does not confirm sets the exit code. */
export async function runRightsize(flags: RightsizeFlags): Promise<void> {
  const output = createOutput(flags)
  if (flags.score) {
    const score = measureScore()
    output.result(`${score.toFixed(0)}`, { schemaVersion: 1, score })
    return
  }
  const prices = await openPrices(flags.prices, output)
  const scores = scoresOf(flags.scores, prices, output)
  const objective = flags.slo ?? USUAL_OBJECTIVE
  const trace = await openTrace({ ...flags, trace: flags.traffic })
  const measurement = flags.service === undefined ? await measure(flags, output) : undefined
  if (measurement) for (const line of measurementText(measurement)) output.say(line)
  const demand = measurement?.demand ?? {
    service: { meanMilliseconds: flags.service as number, shape: 'lognormal' as const, variation: flags.variation },
    memoryMb: flags.memory,
  }
  const recommendation = recommend({
    demand,
    objective,
    trace,
    prices,
    bootSeconds: flags.boot / 1000,
    logBytesPerRequest: flags.logBytes,
    seed: flags.seed,
    ...(scores && { scores }),
    progress: output.progress,
  })

  if (flags.out !== undefined) await writeFile(flags.out, `${JSON.stringify(recommendation.policy, null, 2)}\n`)
  const values = settingsOf(recommendation)
  const applied = flags.apply ? await applySettings(flags.config, values) : undefined
  output.result(recommendationText(recommendation, { objective, prices, scores, values, applied }), {
    schemaVersion: 1,
    demand,
    ...(measurement && { measurement }),
    objective,
    ...recommendation,
    settings: values,
    ...(applied && { applied }),
  })
  const { run } = recommendation
  if (run !== undefined && run.kept < objective.share) process.exitCode = EXIT.gate
}

/** What the server is told by the names of its settings; those that it does not have are for whoever deploys. */
export function settingsOf({ fleet, policy }: Recommendation): Readonly<Record<string, number | string>> {
  return {
    maxWaitMs: fleet.maxWaitMs,
    maxQueuedRows: fleet.maxQueuedRows,
    workers: fleet.slots === 1 ? 1 : 'auto',
    instanceType: fleet.type,
    minimum: policy.minimum,
    maximum: policy.maximum,
    targetUtilization: fleet.target,
    warmupSeconds: policy.warmupSeconds,
    concurrencyLimit: fleet.concurrency,
  }
}

async function measure(
  { url, yes, slots, duration, body, model }: RightsizeFlags,
  output: Output,
): Promise<Measurement> {
  const options = { body, seconds: duration / 1000, output }
  if (url === undefined) {
    const { repository, name } = toModelReference(model)
    return measureOwnServer(repository, name, options)
  }
  if (!yes) assertHere(url)
  return measureServer(url, slots, options)
}

/** A full load is put only on what is here, unless it is meant otherwise. */
function assertHere({ hostname }: URL): void {
  if (/^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname)) return
  throw new UnreachableError(
    `${hostname} is not this machine: all the load it can take would go there; add --yes if that is meant`,
  )
}

function scoresOf(byType: RightsizeFlags['scores'], prices: Prices, output: Output): Scores | undefined {
  if (byType === undefined) return undefined
  for (const type of Object.keys(byType)) instanceType(prices, type)
  output.progress('measuring the score of this machine')
  return { here: measureScore(), byType }
}
