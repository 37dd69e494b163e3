import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { aRow } from '../support/churn.ts'
import { openProcessHost } from '../support/host.ts'

// What a body of a megabyte keeps from everybody else: the longest that GET /ping took while it was answered, the best of
// three times. Good bodies first; the others are wrong in every way we could think of.

const LENGTH = 1_040_000
const TIMES = 3

type Body = { readonly path: string; readonly type: string; readonly text: string }

const row = JSON.stringify(aRow())
const names = Object.keys(aRow())
const many = (part: string, separator = ','): string =>
  Array(Math.floor(LENGTH / (part.length + separator.length)))
    .fill(part)
    .join(separator)
const numbered = (count: number, toPart: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => toPart(index)).join(',')

const at = (path: string, type: string) => (text: string) => ({ path, type, text })
const predict = at('/predict', 'application/json')
const lines = at('/predict', 'application/x-ndjson')
const csv = at('/predict', 'text/csv')
const invoke = at('/invocations', 'application/json')
const infer = at('/v2/models/churn/infer', 'application/json')
const input = (shape: string, data: string): string =>
  `{"inputs":[{"name":"tenure","shape":${shape},"datatype":"FP64","data":[${data}]}]}`

const bodies: Readonly<Record<string, Body>> = {
  'a list of rows': predict(`[${many(row)}]`),
  'lines of rows': lines(many(row, '\n')),
  'CSV of rows': csv(`${names.join(',')}\n${many(Object.values(aRow()).join(','), '\n')}`),
  'a dataframe_split of rows': invoke(
    `{"dataframe_split":{"columns":${JSON.stringify(names)},"data":[${many(JSON.stringify(Object.values(aRow())))}]}}`,
  ),
  'a list of {}': predict(`[${many('{}')}]`),
  'a list of 1': predict(`[${many('1')}]`),
  'lines of {}': lines(many('{}', '\n')),
  'lines of 1': lines(many('1', '\n')),
  'blank lines': lines('\n'.repeat(LENGTH)),
  'rows with a key in escapes': predict(`[${many(row.replace('tenure', 'tenur\\u0065'))}]`),
  'fields that there are not': predict(`{${numbered(90_000, index => `"k${index}":1`)}}`),
  'a key as often as it goes': predict(`{${many('"a":1')}}`),
  'lists in lists': predict('['.repeat(LENGTH / 2) + ']'.repeat(LENGTH / 2)),
  'objects in objects': predict(`${'{"a":'.repeat(LENGTH / 6)}1${'}'.repeat(LENGTH / 6)}`),
  'rows, and a comma too many': predict(`[${many(row)},]`),
  'empty objects, the last with a key twice': predict(`{"a":[${many('{}')},{"b":1,"b":2}]}`),
  'brackets that are never closed': predict('['.repeat(LENGTH)),
  'a dataframe_split of 80,000 columns': invoke(
    `{"dataframe_split":{"columns":[${numbered(80_000, index => `"c${index}"`)}],"data":[[]]}}`,
  ),
  'inputs of 80,000 columns': invoke(`{"inputs":{${numbered(80_000, index => `"c${index}":[1]`)}}}`),
  'rows of no columns': invoke(`{"dataframe_split":{"columns":[],"data":[${many('[]')}]}}`),
  'a tensor of another length': infer(input('[1,1]', many('1'))),
  'a tensor of lists': infer(input('[500000,1]', many('[1]'))),
  'a shape of half a million': infer(input(`[${many('1')}]`, '1')),
  'inputs that are numbers of 64 bits': infer(`{"inputs":[${many('12345678901234567890')}]}`),
  'a line of commas': csv(`${names.join(',')}\n${','.repeat(LENGTH - 1000)}`),
}

/** Asks for /ping as soon as the last was answered, on a thread of its own, and tells the longest that one took. */
const pinger = (url: string): Worker =>
  new Worker(
    `const { parentPort } = require('node:worker_threads')
    let asking = false
    parentPort.on('message', async what => {
      if (what === 'stop') return void (asking = false)
      asking = true
      let longest = 0
      while (asking) {
        const asked = performance.now()
        await (await fetch(${JSON.stringify(`${url}/ping`)})).text()
        longest = Math.max(longest, performance.now() - asked)
        await new Promise(resolve => setTimeout(resolve, 1))
      }
      parentPort.postMessage(longest)
    })`,
    { eval: true },
  )

const host = await openProcessHost()
const others = pinger(host.url)

type Answer = { readonly status: number; readonly milliseconds: number; readonly held: number }

async function send({ path, type, text }: Body): Promise<Answer> {
  const told = once(others, 'message') as Promise<[number]>
  others.postMessage('start')
  await new Promise(resolve => setTimeout(resolve, 50))
  const sent = performance.now()
  const response = await fetch(host.url + path, { method: 'POST', headers: { 'content-type': type }, body: text })
  // hundreds of megabytes may come back: they are counted by nobody
  if (response.body) for await (const _ of response.body);
  const milliseconds = performance.now() - sent
  others.postMessage('stop')
  return { status: response.status, milliseconds, held: (await told)[0] }
}

console.log('| a megabyte of | answer | took | kept from /ping |\n|---|--:|--:|--:|')
for (const [name, body] of Object.entries(bodies)) {
  const answers: Answer[] = []
  for (let time = 0; time < TIMES; time++) answers.push(await send(body))
  const least = (of: 'milliseconds' | 'held'): string => Math.min(...answers.map(answer => answer[of])).toFixed(0)
  console.log(`| ${name} | ${answers[0]?.status} | ${least('milliseconds')} ms | ${least('held')} ms |`)
}
await others.terminate()
await host.close()
