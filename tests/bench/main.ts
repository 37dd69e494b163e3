import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { ours, wrk } from './client.ts'
import { type ColdStart, measureColdStarts } from './cold-start.ts'
import { type Contestant, contestants } from './contestants.ts'
import { measureCostPerRow, type RowCost } from './cost-per-row.ts'
import { installPeer, pinnedVersion } from './peers/install.ts'
import { canPin, clientCore, pinToClientCore } from './pinning.ts'
import { toMarkdown } from './results.ts'
import { runRounds } from './rounds.ts'
import { root } from './server-process.ts'
import { workloads } from './workloads.ts'

const USAGE = `npm run bench -- [flags]
  --short           npm contestants alone, one short round, under a minute; written to stdout
  --only a,b        these contestants: ${contestants.map(({ name }) => name).join(', ')}
  --rounds N        rounds (5; short 1)
  --seconds N       of each measurement (5; short 1)
  --client NAME     wrk or ours (wrk where it is there)
  --out FILE        where the page goes (tests/bench/RESULTS.md; with --short or --only: stdout)`

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
if (flags.help) console.log(USAGE)
else await main()

async function main(): Promise<void> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`)
  const rounds = Number(flags.rounds ?? (flags.short ? 1 : 5))
  const seconds = Number(flags.seconds ?? (flags.short ? 1 : 5))
  const clientName = flags.client ?? (has('wrk') ? 'wrk' : 'ours')
  const load = loadavg()[0] ?? 0
  pinToClientCore()

  const absent: string[] = []
  const present = chosen().filter(contestant => isPresent(contestant, absent))
  for (const line of absent) say(line)
  const samples = await runRounds({
    contestants: present,
    workloads,
    rounds,
    seconds,
    client: clientName === 'wrk' ? wrk : ours,
    say,
  })
  if (samples.length === 0) throw new Error('nothing could be measured')
  const rowCosts = await orNothing<RowCost>(
    () => measureCostPerRow(flags.short ? [1, 100, 1000] : [1, 10, 100, 1_000, 10_000, 100_000], flags.short ? 0.5 : 3),
    say,
  )
  const coldStarts = await orNothing<ColdStart>(() => measureColdStarts(flags.short ? 3 : 10), say)

  const page = toMarkdown({
    samples,
    contestants: present,
    workloads,
    coldStarts,
    rowCosts,
    absent,
    conditions: [
      `Medians of ${rounds} rounds of ${seconds} s each, contestants in turn; before each measurement the same load for up to 2 s.`,
      `Client: ${clientName === 'wrk' ? 'wrk, one thread' : 'our own load generator'}, closed loop, kept-alive connections${canPin ? `; servers on the first core, the client on core ${clientCore} (taskset)` : '; nothing was pinned'}.`,
      `The machine's load average before the start was ${load.toFixed(1)}${load > 0.5 ? ': **it was not quiet**; the CPU time of a request is the figure to trust' : ''}.`,
      'Ours runs with its access log, metrics, coalescing and admission on; the Python peers run without an access log.',
      `Versions: ${versions(present)}.`,
    ],
  })
  const out = flags.out ?? (flags.short || flags.only !== undefined ? undefined : join(root, 'tests/bench/RESULTS.md'))
  if (out === undefined) process.stdout.write(page)
  else {
    writeFileSync(out, page)
    say(`wrote ${relative(process.cwd(), out)}`)
  }
}

function chosen(): readonly Contestant[] {
  const names = flags.only?.split(',')
  const unknown = names?.filter(name => !contestants.some(contestant => contestant.name === name)) ?? []
  if (unknown.length > 0) throw new Error(`no contestant is called ${unknown.join(', ')}\n${USAGE}`)
  return contestants.filter(({ name, peer }) => names?.includes(name) ?? !(flags.short && peer !== undefined))
}

function isPresent({ title, peer, workers = 1 }: Contestant, absent: string[]): boolean {
  const problem =
    peer !== undefined
      ? installPeer(peer)
      : workers > 1 && !takesWorkers()
        ? 'the server has no WORKERS setting yet'
        : undefined
  if (problem !== undefined) absent.push(`${title}: ${problem}`)
  return problem === undefined
}

function takesWorkers(): boolean {
  return /^\s+workers:/m.test(readFileSync(join(root, 'runtimes/configuration/settings.ts'), 'utf8'))
}

/** A part that fails leaves its section out: the rest was measured for an hour. */
async function orNothing<T>(measure: () => Promise<T[]>, say: (line: string) => void): Promise<T[]> {
  try {
    return await measure()
  } catch (error) {
    say(`left out: ${(error as Error).message}`)
    return []
  }
}

function has(program: string): boolean {
  try {
    execFileSync('which', [program], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

function versions(present: readonly Contestant[]): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'adapters/package.json'), 'utf8')) as {
    dependencies: Record<string, string>
  }
  const names: Readonly<Record<string, readonly string[]>> = {
    flask: ['Flask', 'gunicorn', 'scikit-learn'],
    fastapi: ['fastapi', 'uvicorn', 'pydantic', 'onnxruntime'],
    mlserver: ['mlserver'],
    bentoml: ['bentoml'],
    litserve: ['litserve'],
  }
  const peers = [...new Set(present.flatMap(({ peer }) => (peer === undefined ? [] : [peer])))]
  return [
    ...['hono', '@hono/node-server', 'onnxruntime-node'].map(name => `${name} ${dependencies[name]}`),
    ...peers.flatMap(peer => (names[peer] ?? []).map(name => `${name} ${pinnedVersion(peer, name)}`)),
  ].join(', ')
}
