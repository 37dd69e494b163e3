import {
  meanWait,
  patternOf,
  SEARCH_SPACE,
  SHIPPED_POLICY,
  searchPolicy,
  simulate,
  synthesiseTrace,
  waitProbability,
} from '@scaling-mlops/core/capacity'
import { anMmcQueue, poissonTrace } from '../support/capacity.ts'
import type { Check, Soak } from './soak.ts'
import { utilisationOfServer } from './utilisation.ts'

const POINTS = [
  { rate: 200, slots: 5 },
  { rate: 200, slots: 6 },
  { rate: 200, slots: 7 },
  { rate: 200, slots: 8 },
  { rate: 50, slots: 2 },
]

/** The long form of what tests/core/capacity checks in seconds; takes as long as it takes, minutes. */
const capacity: Soak = {
  name: 'capacity',
  run: async (_, say) => [
    ...POINTS.map(againstErlang),
    ...aDay(),
    shippedPolicy(say),
    ...(await utilisationOfServer()),
  ],
}

export default capacity

function againstErlang({ rate, slots }: (typeof POINTS)[number]): Check {
  const { requests, wait } = simulate(anMmcQueue(slots), poissonTrace(rate, 5_100_000 / rate), { seed: 1 })
  const [share, mean] = [waitProbability(rate * 0.02, slots), meanWait(rate * 0.02, slots, 20)]
  return {
    promise: `${rate}/s on ${slots} slots of 20 ms wait as Erlang C says, within 2 %`,
    measured: `P(wait) ${wait.share.toFixed(4)} (${share.toFixed(4)}), wait ${wait.meanMilliseconds.toFixed(3)} ms (${mean.toFixed(3)}), ${requests} requests`,
    holds: requests >= 5e6 && near(wait.share, share) && near(wait.meanMilliseconds, mean),
  }
}

function near(measured: number, expected: number): boolean {
  return Math.abs(measured / expected - 1) <= 0.02
}

const day = synthesiseTrace({ requestsPerDay: 1e7, hours: 24, seed: 1, ...patternOf('mixed') })

function aDay(): Check[] {
  const start = performance.now()
  const run = simulate(SHIPPED_POLICY, day, { seed: 1 })
  const seconds = (performance.now() - start) / 1000
  return [
    {
      promise: 'ten million requests simulate within 10 s',
      measured: `${seconds.toFixed(1)} s`,
      holds: seconds <= 10,
      isSpeed: true,
    },
    {
      promise: 'the shipped policy keeps 99.9 % of the default trace',
      measured: `${(run.kept * 100).toFixed(3)} % of ${run.requests}`,
      holds: run.kept >= 0.999,
    },
  ]
}

function shippedPolicy(say: (line: string) => void): Check {
  const { best, kept, tried } = searchPolicy(SHIPPED_POLICY, day, { space: SEARCH_SPACE, keep: 0.999, seed: 1 })
  for (const { target, minimum, warmupSeconds, instanceHours } of kept)
    say(`target ${target} minimum ${minimum} warm-up ${warmupSeconds} s: ${instanceHours.toFixed(1)} instance-hours`)
  return {
    promise: 'the shipped policy is what the search finds for the default trace',
    measured: `${tried} policies tried`,
    holds: JSON.stringify(best?.policy) === JSON.stringify(SHIPPED_POLICY),
  }
}
