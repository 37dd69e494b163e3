import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { openServerHost } from '../../support/host.ts'

const BODIES = Number(process.env.HOSTILE_BODIES ?? 30_000)

/** Anything a client might send in place of a row: mutated rows, mutated text, arbitrary JSON, arbitrary bytes. */
const row = aRow()
const names = Object.keys(row)
const name = fc.oneof(
  fc.constantFrom(...names),
  fc.constantFrom('__proto__', 'constructor', 'Tenure', ' tenure ', ''),
  fc.string(),
)
const value = fc.oneof(
  fc.constantFrom(...Object.values(row)),
  fc.double(),
  fc.integer(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('1e400', ' ', '0x1', 'NaN', '١', '1_000'),
  fc.jsonValue({ maxDepth: 3 }),
)
const mutatedRow = fc
  .array(fc.tuple(name, value), { maxLength: 4 })
  .map(changes => ({ ...row, ...Object.fromEntries(changes) }))
const text = fc.oneof(
  { weight: 4, arbitrary: mutatedRow.map(mutated => JSON.stringify(mutated)) },
  {
    weight: 1,
    arbitrary: fc.array(fc.oneof(mutatedRow, fc.jsonValue()), { maxLength: 3 }).map(rows => JSON.stringify(rows)),
  },
  { weight: 1, arbitrary: fc.json() },
  {
    weight: 3,
    arbitrary: fc
      .tuple(mutatedRow, fc.nat(), fc.nat(6), fc.string({ unit: 'binary', maxLength: 6 }))
      .map(([mutated, at, cut, inserted]) => {
        const whole = JSON.stringify(mutated)
        const place = at % (whole.length + 1)
        return whole.slice(0, place) + inserted + whole.slice(place + cut)
      }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
)

type Answer = { readonly churn_probability?: number; readonly errors?: unknown }

describe('random and mutated bodies', () => {
  let host: Awaited<ReturnType<typeof openServerHost>>
  beforeAll(async () => {
    host = await openServerHost()
  })
  afterAll(() => host.close())

  it(`are answered with 200 or 4xx, ${BODIES} of them, and a 200 always holds probabilities`, {
    timeout: 600_000,
  }, async () => {
    const statuses = new Map<number, number>()
    const bodies = fc.sample(text, { numRuns: BODIES, seed: 20_261_123 })
    const queue = bodies.values()
    const client = async (): Promise<void> => {
      for (const body of queue) {
        const response = await host.fetch('/predict', {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        })
        statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
        const answer = (await response.json()) as Answer | Answer[]
        if (response.status !== 200)
          expect(answer).toMatchObject({ code: expect.any(String), error: expect.any(String) })
        else
          for (const one of [answer].flat())
            if (one.errors === undefined) expect(one.churn_probability).toBeGreaterThanOrEqual(0)
      }
    }
    await Promise.all(Array.from({ length: 16 }, client))

    expect([...statuses.keys()].filter(status => status !== 200 && (status < 400 || status > 499))).toEqual([])
    expect(statuses.get(200)).toBeGreaterThan(BODIES / 20)
    expect(statuses.get(400)).toBeGreaterThan(BODIES / 20)
  })

  it.each([
    ['/predict', 'text/csv'],
    ['/invocations', 'text/csv'],
    ['/invocations', 'application/json'],
    ['/invocations', 'application/jsonlines'],
  ])('never make %s fail as %s', { timeout: 60_000 }, async (path, type) => {
    const cells = names.map(field => row[field]).join(',')
    const cell = fc.oneof(value.map(String), fc.constantFrom('"', '""', ',', '\n', '\r\n', '\u0000', '\ufeff', '=1'))
    const csv = fc.oneof(
      fc
        .tuple(fc.boolean(), fc.array(fc.tuple(fc.nat(200), cell), { maxLength: 4 }))
        .map(([named, changes]) =>
          changes.reduce(
            (whole, [at, inserted]) => whole.slice(0, at) + inserted + whole.slice(at),
            `${named ? `${names.join(',')}\n` : ''}${cells}\n${cells}\n`,
          ),
        ),
      text,
    )
    const shaped = fc
      .tuple(
        fc.constantFrom('dataframe_split', 'dataframe_records', 'instances', 'inputs', 'params', '__proto__'),
        fc.oneof(
          fc.array(mutatedRow, { maxLength: 3 }),
          fc.jsonValue(),
          fc.record({ columns: fc.array(fc.oneof(name, fc.jsonValue())), data: fc.array(fc.array(fc.jsonValue())) }),
          fc.dictionary(name, fc.array(fc.jsonValue())),
        ),
      )
      .map(([shape, content]) => `{${JSON.stringify(shape)}:${JSON.stringify(content)}}`)
    const bodies = fc.sample(type === 'text/csv' ? csv : fc.oneof(text, shaped), {
      numRuns: Math.ceil(BODIES / 30),
      seed: 20_261_128,
    })
    const statuses = new Set<number>()
    const queue = bodies.values()
    const client = async (): Promise<void> => {
      for (const body of queue) {
        const response = await host.fetch(path, { method: 'POST', headers: { 'content-type': type }, body })
        statuses.add(response.status)
        const answer = await response.text()
        if (path === '/predict') continue
        const { predictions, error_code, message } = JSON.parse(answer)
        if (response.status !== 200) expect([error_code, message]).toEqual(['BAD_REQUEST', expect.any(String)])
        else expect(predictions.every((prediction: unknown) => typeof prediction === 'number')).toBe(true)
      }
    }
    await Promise.all(Array.from({ length: 16 }, client))
    expect([...statuses].toSorted()).toEqual([200, 400])
  })
})
