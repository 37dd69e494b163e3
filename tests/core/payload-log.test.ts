import { readFileSync } from 'node:fs'
import { createMemoryLog, systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import {
  compileAnswer,
  createPayloadLog,
  type LineSink,
  parseManifest,
  type Rows,
  type Servable,
} from '@scaling-mlops/core'
import { expect, it } from 'vitest'
import { repository } from '../support/host.ts'

const manifest = parseManifest(JSON.parse(readFileSync(`${repository}/churn/1/manifest.json`, 'utf8')))
/** A row of a million characters: seventeen of them are more than a payload log holds. */
const LARGE = { contract: 'x'.repeat(1_000_000) }

/** A payload log of all rows, and a model that says yes to everything. */
function openLog(write: (lines: string) => Promise<void>) {
  const log = createMemoryLog()
  const sink: LineSink = { intervalMs: 1_000_000, write, close() {} }
  const payloads = createPayloadLog({
    sink,
    sample: 1,
    redact: [],
    clock: systemClock,
    timer: systemTimer,
    log,
  })
  const rows: Pick<Rows, 'manifest' | 'predict' | 'writeAnswer'> = {
    manifest,
    predict: async inputs =>
      inputs.map(() => ({ ok: true, decision: { kind: 'binary', probability: 1, label: true } })),
    writeAnswer: compileAnswer(manifest.task),
  }
  const servable = { name: 'churn', version: 1, rows } as unknown as Servable
  const { predict } = payloads.record(servable).rows as Rows
  const ask = async (row: object, times: number): Promise<void> => {
    for (let time = 0; time < times; time++) await predict([row], { rowId: () => `${time}` })
  }
  return { log, payloads, predict, ask }
}

const warnings = ({ lines }: ReturnType<typeof createMemoryLog>) => lines.filter(({ level }) => level === 'warn')

it('holds sixteen million characters for a target that stands still, drops and counts the rest, and warns once', async () => {
  const { log, payloads, ask } = openLog(() => new Promise(() => {}))

  await ask(LARGE, 30)
  await payloads.close()

  expect(warnings(log)).toHaveLength(1)
  const { fields } = log.lines.find(({ message }) => message.includes('lost')) ?? {}
  expect(fields?.dropped).toBe(14)
  expect(fields?.charactersLost).toBeGreaterThan(15_000_000)
  expect(fields?.charactersLost).toBeLessThan(16 * 1024 * 1024)
})

it('offers again what a target refused, in order and once', async () => {
  let fails = 2
  const written: string[] = []
  const { log, payloads, ask } = openLog(async lines => {
    if (fails-- > 0) throw new Error('no')
    written.push(lines)
  })

  await ask({ tenure: 1 }, 2)
  await payloads.flush()
  await ask({ tenure: 2 }, 1)
  await payloads.flush()
  await payloads.close()

  const tenures = written
    .join('')
    .trim()
    .split('\n')
    .map(line => JSON.parse(JSON.parse(line).captureData.endpointInput.data).tenure)
  expect(tenures).toEqual([1, 1, 2])
  expect(warnings(log)).toHaveLength(1)
})

it('records nothing of rows whose caller does not name them', async () => {
  const written: string[] = []
  const { payloads, predict } = openLog(async lines => void written.push(lines))

  await predict([{ tenure: 1 }])
  await payloads.close()

  expect(written).toEqual([])
})
