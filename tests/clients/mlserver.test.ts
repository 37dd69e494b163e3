import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { makePython } from '../python/environment.ts'
import { golden, json } from '../support/churn.ts'
import { openProcessHost, type ProcessHost } from '../support/host.ts'
import { runOrThrow } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const REQUIREMENTS = join(import.meta.dirname, '../bench/peers/requirements-mlserver.txt')
const rows = golden.rows.map(({ row }) => row as Readonly<Record<string, string | number>>)

/** A request of one row, as a line of the file that `mlserver infer` reads. */
const toLine = (row: Readonly<Record<string, string | number>>, index: number): string =>
  JSON.stringify({
    id: `row-${index}`,
    inputs: Object.entries(row).map(([name, value]) => ({
      name,
      shape: [1, 1],
      datatype: typeof value === 'string' ? 'BYTES' : 'FP64',
      data: [value],
    })),
  })

let mlserver: string
let server: ProcessHost
beforeAll(async () => {
  mlserver = join(dirname(await makePython(import.meta.dirname, REQUIREMENTS)), 'mlserver')
  server = await openProcessHost()
})
afterAll(() => server?.close())

it.each([
  ['a request a row', ['--workers', '2']],
  ['rows in micro-batches, in binary', ['--batch-size', '8', '--binary-data']],
])('mlserver infer, %s, gets the bits of /predict', async (_, flags) => {
  await using folder = await temporaryFolder()
  const [input, output] = [join(folder.path, 'in.jsonl'), join(folder.path, 'out.jsonl')]
  await writeFile(input, rows.map(toLine).join('\n'))
  const { host } = new URL(server.url)
  await runOrThrow(mlserver, 'infer', '-u', host, '-m', 'churn', '-i', input, '-o', output, ...flags)

  const answers = (await readFile(output, 'utf8')).trim().split('\n')
  const scored = new Map(
    answers.map(line => {
      const { id, outputs } = JSON.parse(line) as { id: string; outputs: { name: string; data: number[] }[] }
      return [id, outputs.find(({ name }) => name === 'probability')?.data[0]]
    }),
  )
  const predicted = (await (await server.fetch('/predict', json(rows))).json()) as { churn_probability: number }[]
  expect(rows.map((_, index) => scored.get(`row-${index}`))).toEqual(
    predicted.map(({ churn_probability }) => churn_probability),
  )
})
