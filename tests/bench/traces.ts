import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { aRow, json } from '../support/churn.ts'
import { type Environment, openMemoryHost } from '../support/host.ts'

// What traces cost: processor time of the serving thread for a row at /predict, without traces, with those that are not sampled and with all
// of them, in turns, each by its least disturbed round. The collector is another thread, which is not counted.

const ROUNDS = 15
const REQUESTS = 4_000
/** Requests in flight together. */
const TOGETHER = 16

const collector = new Worker(
  `const { parentPort } = require('node:worker_threads')
  require('node:http').createServer((request, response) => request.resume().on('end', () => response.end('{}')))
    .listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port) })`,
  { eval: true },
)
const [port] = await once(collector, 'message')
const traced = { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` }

async function open(environment: Environment) {
  // a busy machine is no reason to refuse here
  const host = await openMemoryHost({ MAX_LOOP_MS: '60000', MAX_WAIT_MS: '60000', ...environment })
  const body = JSON.stringify(aRow())
  const ask = async (): Promise<void> => {
    const response = await host.fetch('/predict', json(body))
    if (response.status !== 200) throw new Error(`a row was answered with ${response.status}`)
    await response.text()
  }
  return {
    ...host,
    times: [] as number[],
    async round() {
      const before = process.threadCpuUsage()
      for (let sent = 0; sent < REQUESTS; sent += TOGETHER) await Promise.all(Array.from({ length: TOGETHER }, ask))
      const { user, system } = process.threadCpuUsage(before)
      this.times.push((user + system) / REQUESTS)
    },
  }
}

const ways = {
  'no traces': await open({}),
  'none sampled': await open({ ...traced, OTEL_TRACES_SAMPLER: 'always_off' }),
  'all sampled': await open(traced),
}
for (let round = 0; round < ROUNDS; round++) for (const way of Object.values(ways)) await way.round()
for (const [name, { times, close }] of Object.entries(ways)) {
  console.log(`${name.padEnd(14)}${Math.min(...times).toFixed(1)} µs of processor a request`)
  await close()
}
await collector.terminate()
