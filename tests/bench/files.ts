// Scoring a file against pandas and scikit-learn, and against reading and writing the same bytes. Run it alone: npm run bench:files
import { createWriteStream } from 'node:fs'
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { writeParquet } from './files-parquet.ts'
import { runPinned } from './files-run.ts'
import { measureStages } from './files-stages.ts'
import { installPeer, pythonOf } from './peers/install.ts'
import { cores } from './pinning.ts'
import { root } from './server-process.ts'
import { median } from './statistics.ts'

const { values: flags } = parseArgs({
  options: {
    rows: { type: 'string', default: '7000000' },
    'pandas-rows': { type: 'string', default: '700000' },
    // of these the rate after the start must be the same
    sizes: { type: 'string', default: '1000000,20000000' },
    rounds: { type: 'string', default: '3' },
  },
})
const rows = Number(flags.rows)
const rounds = Number(flags.rounds)
const data = join(root, 'models/churn/data/telco-churn.csv')
const folder = await mkdtemp(join(tmpdir(), 'bench-files-'))
const path = (name: string): string => join(folder, name)
const say = (line: string): void => console.log(line)
const decimal = (value: number, digits = 1): string => value.toFixed(digits)

try {
  await main()
} finally {
  await rm(folder, { recursive: true })
}

async function main(): Promise<void> {
  say(`${cpus()[0]?.model}, ${cores} cores; ${new Date().toISOString()}; medians of ${rounds} rounds`)
  await writeRows(1, path('one.csv'))
  await writeRows(rows, path('rows.csv'))
  const megabytes = (await stat(path('rows.csv'))).size / 1e6
  const startUp = await seconds(() => ours('one.csv', 1))
  say(`start-up: ${decimal(startUp, 2)} s to score one row`)

  const copy = await seconds(() => runPinned(1, ['cat', path('rows.csv')], path('copy.csv')))
  say(`cat: ${decimal(megabytes / copy)} MB/s`)
  const rate: Record<number, number> = {}
  for (const workers of cores > 1 ? [1, 2] : [1]) {
    const runs = await several(() => ours('rows.csv', workers))
    const time = median(runs.map(run => run.seconds))
    rate[workers] = rows / time
    say(
      `ours, ${workers} core${workers > 1 ? 's' : ''}: ${decimal(rows / time, 0)} rows/s, ${decimal(megabytes / time)} MB/s, ${decimal((1e6 * median(runs.map(run => run.cpuSeconds))) / rows, 2)} µs of processor a row, peak ${decimal(Math.max(...runs.map(run => run.peakMegabytes)), 0)} MB`,
    )
  }
  await writeRows(1_000_000, path('stages.csv'))
  const stages = await measureStages(path('stages.csv'), path('out.csv'))
  const total = Object.values(stages).reduce((sum, time) => sum + time, 0)
  const parseOnly = (await stat(path('stages.csv'))).size / 1e6 / (Number(stages.read) + Number(stages.parse))
  say(
    `stages: ${Object.entries(stages)
      .map(([name, time]) => `${name} ${decimal((100 * time) / total, 0)} %`)
      .join(', ')}; reading and parsing alone ${decimal(parseOnly)} MB/s`,
  )

  const problem = installPeer('pandas')
  if (problem !== undefined) say(`not measured: pandas: ${problem}`)
  else {
    const few = Number(flags['pandas-rows'])
    await writeRows(few, path('few.csv'))
    const python = pythonOf('pandas')
    const script = fileURLToPath(new URL('peers/pandas_score.py', import.meta.url))
    const command = [`${python}/bin/python`, script, `${python}/model.pickle`, path('few.csv'), path('pandas.csv')]
    const pandas = few / (await seconds(() => runPinned(1, command)))
    say(`pandas and scikit-learn, 1 core: ${decimal(pandas, 0)} rows/s of ${few}`)
    for (const [workers, wanted] of [
      [1, 12],
      [2, 20],
    ] as const)
      if (rate[workers]) judge(`${workers} core(s) against pandas`, (rate[workers] ?? 0) / pandas, wanted, '×')
  }

  await writeObjects(1_000_000, path('rows.ndjson'))
  const peaks: number[] = []
  for (const input of ['rows.csv', 'rows.ndjson']) {
    const { peakMegabytes } = await ours(input, cores > 1 ? 2 : 1)
    say(`${input}, ${decimal((await stat(path(input))).size / 1e6, 0)} MB: peak ${decimal(peakMegabytes, 0)} MB`)
    peaks.push(peakMegabytes)
  }
  judge('MB of memory left of 300', 300 - Math.max(...peaks), 0, ' MB')

  for (const groupRows of [100_000, 1_000_000]) {
    const { columns } = await writeParquet(data, 1_000_000, groupRows, path('rows.parquet'))
    const group = (8 * columns * groupRows) / (1 << 20)
    const { peakMegabytes, seconds } = await ours('rows.parquet', 1)
    say(
      `rows.parquet in groups of ${groupRows}: ${decimal(1_000_000 / seconds, 0)} rows/s, peak ${decimal(peakMegabytes, 0)} MB`,
    )
    judge('MB of memory left of 300 and one decoded group', 300 + group - peakMegabytes, 0, ' MB')
  }

  const rates: number[] = []
  for (const size of flags.sizes.split(',').map(Number)) {
    await writeRows(size, path('rows.csv'))
    const time = (await seconds(() => ours('rows.csv', 1))) - startUp
    rates.push(size / time)
    say(`${size} rows, 1 core: ${decimal(size / time, 0)} rows/s after the start`)
  }
  judge('smallest of these rates by the largest', Math.min(...rates) / Math.max(...rates), 0.9, '')
  judge('seconds of start-up left of 0.5', 0.5 - startUp, 0, ' s')
}

function ours(input: string, workers: number) {
  const program = join(root, 'runtimes/cli/bin.js')
  const flags = ['-o', path(`out${extname(input)}`), '--workers', String(workers), '--quiet']
  return runPinned(workers, [process.execPath, program, 'score', join(root, 'models/churn'), path(input), ...flags])
}

async function several<T>(work: () => Promise<T>): Promise<T[]> {
  const found: T[] = []
  for (let round = 0; round < rounds; round++) found.push(await work())
  return found
}

async function seconds(work: () => ReturnType<typeof runPinned>): Promise<number> {
  return median((await several(work)).map(run => run.seconds))
}

/** The churn data, again and again until there are so many rows. */
async function writeRows(count: number, target: string): Promise<void> {
  const [header = '', ...lines] = (await readFile(data, 'utf8')).trim().split('\n')
  const whole = `${lines.join('\n')}\n`
  function* parts(): Generator<string> {
    yield `${header}\n`
    let left = count
    for (; left >= lines.length; left -= lines.length) yield whole
    if (left > 0) yield `${lines.slice(0, left).join('\n')}\n`
  }
  await pipeline(parts, createWriteStream(target))
}

/** The same rows as objects, a line each. */
async function writeObjects(count: number, target: string): Promise<void> {
  const [header = '', ...lines] = (await readFile(data, 'utf8')).trim().split('\n')
  const names = header.split(',')
  const objects = lines.map(line => {
    const cells = line.split(',')
    return `${JSON.stringify(Object.fromEntries(names.map((name, index) => [name, cells[index]])))}\n`
  })
  function* parts(): Generator<string> {
    for (let left = count; left > 0; left -= objects.length) yield objects.slice(0, left).join('')
  }
  await pipeline(parts, createWriteStream(target))
}

function judge(what: string, value: number, least: number, unit: string): void {
  const holds = value >= least
  say(`${holds ? 'holds' : 'DOES NOT HOLD'}: ${what}: ${decimal(value, 2)}${unit}, wanted ${least}${unit}`)
  if (!holds) process.exitCode = 1
}
