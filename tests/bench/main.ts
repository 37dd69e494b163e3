import { readFileSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { slowRow, writeSlowModel } from '../support/slow-model.ts'
import { measureCeiling } from './ceiling.ts'
import { ours, wrk } from './client.ts'
import { measureColdStarts } from './cold-start.ts'
import { describeConditions, isInstalled } from './conditions.ts'
import { type Contestant, contestants, slowContestants } from './contestants.ts'
import { measureCostPerRow } from './cost-per-row.ts'
import { installPeer } from './peers/install.ts'
import { pinToClientCore } from './pinning.ts'
import { toMarkdown } from './results.ts'
import { type RoundOptions, runRounds, type Sample } from './rounds.ts'
import { root } from './server-process.ts'
import { slowWorkload, workloads } from './workloads.ts'

const PARTS = ['workers', 'rows', 'cold-start'] as const
const NAMES = [...contestants.map(({ name }) => name), ...PARTS]
const USAGE = `npm run bench -- [flags]
  --short           what needs npm alone, one short round, under a minute; goes to stdout
  --only a,b        of ${NAMES.join(', ')}; goes to stdout
  --rounds N        rounds (5; short 1)
  --seconds N       of each measurement (5; short 1)
  --client NAME     wrk or ours (wrk where it is installed)
  --out FILE        where the page goes (tests/bench/RESULTS.md)`

const { values: flags } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string' },
    seconds: { type: 'string' },
    client: { type: 'string' },
    out: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
const say = (line: string): void => void process.stderr.write(`${line}\n`)
const { short } = flags
const only = flags.only?.split(',')
const unknown = only?.filter(name => !NAMES.includes(name)) ?? []

if (flags.help) console.log(USAGE)
else if (unknown.length > 0) {
  say(`there is no ${unknown.join(', ')} to measure\n${USAGE}`)
  process.exitCode = 2
} else await main()

async function main(): Promise<void> {
  const rounds = Number(flags.rounds ?? (short ? 1 : 5))
  const seconds = Number(flags.seconds ?? (short ? 1 : 5))
  const clientName = flags.client ?? (isInstalled('wrk') ? 'wrk' : 'ours')
  const absent: string[] = []
  const present = contestants.filter(contestant => isChosen(contestant) && isPresent(contestant, absent))
  for (const line of absent) say(`not measured: ${line}`)
  const conditions = describeConditions(rounds, seconds, clientName, present)
  pinToClientCore()

  const options = { rounds, seconds, client: clientName === 'wrk' ? wrk : ours, say }
  const samples = await runRounds({ ...options, contestants: present, workloads })
  const slow = await part('workers', () => measureSlow(options))
  const [ceiling] = await part('workers', () => measureSlowCeiling({ rounds, seconds }))
  const rowCosts = await part('rows', () =>
    short ? measureCostPerRow([1, 100, 1_000], 0.5) : measureCostPerRow([1, 10, 100, 1_000, 10_000, 100_000], 3),
  )
  const coldStarts = await part('cold-start', () => measureColdStarts(short ? 3 : 10))
  if (samples.length + slow.length + rowCosts.length + coldStarts.length === 0)
    throw new Error('nothing could be measured')

  const page = toMarkdown({
    samples: [...samples, ...slow],
    contestants: [...present, ...slowContestants('', slowRow)],
    workloads: [...workloads, slowWorkload],
    coldStarts,
    rowCosts,
    ceiling,
    absent,
    conditions,
  })
  const out = flags.out ?? (short || only !== undefined ? undefined : join(root, 'tests/bench/RESULTS.md'))
  if (out === undefined) process.stdout.write(page)
  else {
    writeFileSync(out, page)
    say(`wrote ${relative(process.cwd(), out)}`)
  }
}

function isChosen({ name, peer }: Contestant): boolean {
  return only?.includes(name) ?? !(short && peer !== undefined)
}

function isPresent({ title, peer, workers = 1 }: Contestant, absent: string[]): boolean {
  const problem =
    peer !== undefined ? installPeer(peer) : workers > 1 && !takesWorkers() ? 'there is no WORKERS setting' : undefined
  if (problem !== undefined) absent.push(`${title}: ${problem}`)
  return problem === undefined
}

/** A part beside the contestants. One that fails leaves its section out: the rest has taken long. */
async function part<T>(name: (typeof PARTS)[number], measure: () => Promise<T[]>): Promise<T[]> {
  if (only !== undefined && !only.includes(name)) return []
  try {
    return await measure()
  } catch (error) {
    say(`left out: ${name}: ${(error as Error).message}`)
    return []
  }
}

async function measureSlow(options: Omit<RoundOptions, 'contestants' | 'workloads'>): Promise<Sample[]> {
  if (short || !takesWorkers()) return []
  await using model = await writeSlowModel()
  return await runRounds({
    ...options,
    contestants: slowContestants(model.repository, slowRow),
    workloads: [slowWorkload],
  })
}

async function measureSlowCeiling(options: { readonly rounds: number; readonly seconds: number }): Promise<number[]> {
  if (short) return []
  await using model = await writeSlowModel()
  return [await measureCeiling(join(model.repository, 'slow/1/model.onnx'), options)]
}

function takesWorkers(): boolean {
  return /^ {2}workers:/m.test(readFileSync(join(root, 'runtimes/configuration/settings.ts'), 'utf8'))
}
