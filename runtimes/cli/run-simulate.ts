import { writeFile } from 'node:fs/promises'
import { renderRun } from '@scaling-mlops/adapters/report'
import {
  assertReachable,
  instanceType,
  type Policy,
  parsePolicy,
  type Run,
  type Scaling,
  SEARCH_SPACE,
  type SearchSpace,
  searchPolicy,
  simulate,
  summariseTrace,
  type Trace,
} from '@scaling-mlops/core/capacity'
import { EXIT } from '../exit.ts'
import { openPolicy, openPrices, openTrace, type TraceFlags } from './capacity-input.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'
import { candidatesText, runText } from './simulate-prose.ts'

export type SimulateFlags = OutputFlags &
  TraceFlags & {
    readonly policy?: string
    readonly scaling?: Scaling['kind']
    readonly target?: number
    readonly minimum?: number
    readonly maximum?: number
    readonly warmup?: number
    readonly latency?: number
    readonly keep?: number
    readonly search?: true
    readonly targets?: readonly number[]
    readonly minimums?: readonly number[]
    readonly warmups?: readonly number[]
    readonly out?: string
    readonly svg?: string
    readonly prices?: string
  }

const USUAL_KEEP = 99.9
const USUAL_TARGET = 65
const STEPS = [
  { above: 0, add: 1 },
  { above: 10, add: 2 },
  { above: 20, add: 4 },
]

/** Simulates one policy, or searches for the cheapest that keeps the latency target, and says what it came to. */
export async function runSimulate(flags: SimulateFlags): Promise<void> {
  const output = createOutput(flags)
  const prices = await openPrices(flags.prices, output)
  const given = changed(await openPolicy(flags.policy), flags)
  instanceType(prices, given.instance.type)
  const keep = (flags.keep ?? USUAL_KEEP) / 100
  assertReachable(given, keep)
  output.progress('reading the traffic')
  const trace = await openTrace(flags)
  const found = flags.search ? search(given, trace, flags, keep, output) : undefined
  if (found === 'nothing') return
  const policy = found?.policy ?? given
  output.progress('simulating')
  const run = found?.run ?? simulate(policy, trace, { seed: flags.seed })

  if (flags.svg !== undefined) await writeFile(flags.svg, renderRun(run, policy))
  if (flags.out !== undefined) await writeFile(flags.out, `${JSON.stringify(policy, null, 2)}\n`)
  const traffic = summariseTrace(trace)
  output.result(runText(run, traffic, policy, prices), { schemaVersion: 1, traffic, policy, run })
  if (flags.keep !== undefined && run.kept < keep) process.exitCode = EXIT.gate
}

/** What the search found, after saying what it compared; `nothing` with the exit code of a gate where nothing keeps the target. */
function search(
  policy: Policy,
  trace: Trace,
  flags: SimulateFlags,
  keep: number,
  output: Output,
): { policy: Policy; run: Run } | 'nothing' {
  const space: SearchSpace = {
    targets: flags.targets ?? SEARCH_SPACE.targets,
    minimums: flags.minimums ?? SEARCH_SPACE.minimums,
    warmups: flags.warmups ?? SEARCH_SPACE.warmups,
  }
  const { best, kept, tried } = searchPolicy(policy, trace, {
    space,
    keep,
    seed: flags.seed,
    progress: (done, all) => output.progress(`policy ${done + 1} of at most ${all}`),
  })
  if (best) {
    output.say(candidatesText(kept, tried))
    return best
  }
  process.exitCode = EXIT.gate
  output.result(
    `none of ${tried} policies keeps ${keep * 100} % within ${policy.latencyTargetMilliseconds} ms; try lower --targets, higher --minimums or a higher maximum`,
    { schemaVersion: 1, found: false, tried },
  )
  return 'nothing'
}

function changed(policy: Policy, flags: SimulateFlags): Policy {
  const { minimum, maximum, warmup, latency } = flags
  return parsePolicy({
    ...policy,
    ...(minimum !== undefined && { minimum }),
    ...(maximum !== undefined && { maximum }),
    ...(warmup !== undefined && { warmupSeconds: warmup / 1000 }),
    ...(latency !== undefined && { latencyTargetMilliseconds: latency }),
    scaling: scalingOf(policy, flags),
  })
}

/** The policy's own scaling, or another kind around its target: what Elastic Beanstalk's trigger or steps would make of the same traffic. */
function scalingOf({ scaling }: Policy, { scaling: kind = scaling.kind, target }: SimulateFlags): object {
  const aim = target ?? (scaling.kind === 'target_tracking' ? scaling.target : undefined) ?? USUAL_TARGET
  if (kind === scaling.kind && kind !== 'target_tracking') return scaling
  switch (kind) {
    case 'target_tracking':
      return { ...(scaling.kind === kind && scaling), kind, target: aim }
    case 'simple':
      return { kind, upper: aim, lower: aim / 2 }
    case 'step':
      return { kind, upper: aim, lower: 0.75 * aim, steps: STEPS }
    case 'fixed':
      return { kind }
  }
}
