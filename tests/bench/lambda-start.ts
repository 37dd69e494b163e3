import { mkdir, writeFile } from 'node:fs/promises'
import { installInterfaceClient } from '../lambda/interface-client.ts'
import { packageLambda, unzip } from '../lambda/package.ts'
import { startRuntime } from '../lambda/runtime.ts'
import { aRow } from '../support/churn.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

// What a cold start takes: the packaged function and a handler that does nothing, in turns, in Lambda's own runtime interface client.
// Ends with 1 where the function's start, the first row included, takes more than 250 ms beyond the other's.

const MOST_MS = 250
const ROUNDS = 10
const WARM = 300

type Start = {
  readonly initMs: number
  readonly firstMs: number
  readonly warmMs: number
  readonly cpuMs: number
  readonly memory: number
}

async function start(client: string, folder: string): Promise<Start> {
  await using runtime = await startRuntime(client, folder, { LOG_LEVEL: 'warn' })
  const initMs = await runtime.initMs()
  const invoke = async (): Promise<number> => {
    const begun = performance.now()
    await runtime.invoke(aRow())
    return performance.now() - begun
  }
  const firstMs = await invoke()
  const cpuMs = runtime.cpuMs()
  const warm: number[] = []
  for (let index = 0; index < WARM; index++) warm.push(await invoke())
  return { initMs, firstMs, warmMs: median(warm), cpuMs, memory: runtime.memory() }
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN
}

function show(name: string, starts: readonly Start[]): Start {
  const of = (key: keyof Start): number => median(starts.map(each => each[key]))
  const typical = {
    initMs: of('initMs'),
    firstMs: of('firstMs'),
    warmMs: of('warmMs'),
    cpuMs: of('cpuMs'),
    memory: of('memory'),
  }
  const { initMs, firstMs, warmMs, cpuMs, memory } = typical
  console.log(
    `${name.padEnd(10)} init ${initMs.toFixed(0)} ms, first ${firstMs.toFixed(1)} ms, warm ${warmMs.toFixed(2)} ms, processor ${cpuMs.toFixed(0)} ms, ${(memory / 1e6).toFixed(0)} MB`,
  )
  return typical
}

await using place = await temporaryFolder()
const client = await installInterfaceClient()
const [packed, bare] = [`${place.path}/function`, `${place.path}/bare`]
await packageLambda(`${packed}.zip`, '--arch', process.arch)
await unzip(`${packed}.zip`, packed)
await mkdir(bare)
await writeFile(`${bare}/package.json`, '{"type":"module"}')
await writeFile(`${bare}/main.js`, 'export const handler = async () => null\n')

const starts = { bare: [] as Start[], packed: [] as Start[] }
for (let round = 0; round < ROUNDS; round++) {
  starts.bare.push(await start(client, bare))
  starts.packed.push(await start(client, packed))
}
const nothing = show('bare', starts.bare)
const scoring = show('function', starts.packed)
const beyond = scoring.initMs + scoring.firstMs - nothing.initMs - nothing.firstMs
console.log(`beyond the bare handler: ${beyond.toFixed(0)} ms of at most ${MOST_MS}`)
process.exitCode = beyond > MOST_MS ? 1 : 0
