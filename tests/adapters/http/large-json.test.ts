import { parseJson, parseLargeJson } from '@scaling-mlops/adapters/http'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openMemoryHost } from '../../support/host.ts'

const fields = Object.keys(aRow())
const rows = Array.from({ length: 4000 }, (_, index) => aRow({ tenure: index % 73 }))
type Rows = typeof rows

/** Where rows are sent, and as what. */
const doors: readonly (readonly [string, (rows: Rows) => unknown])[] = [
  ['/predict', rows => rows],
  ['/invocations', rows => ({ dataframe_split: { columns: fields, data: rows.map(row => Object.values(row)) } })],
  ['/v2/models/churn/infer', rows => ({ inputs: fields.map((name, index) => toInput(name, rows, index)) })],
]

function toInput(name: string, rows: Rows, index: number): object {
  const data = rows.map(row => Object.values(row)[index])
  return { name, shape: [data.length, 1], datatype: typeof data[0] === 'string' ? 'BYTES' : 'FP64', data }
}

describe('JSON of many megabytes, where the limit was raised', () => {
  let host: Host
  beforeAll(async () => {
    host = await openMemoryHost({ MAX_BODY_BYTES: '50000000' })
  })
  afterAll(() => host.close())
  const post = (body: string, path = '/predict'): Promise<Response> => host.fetch(path, json(body))
  const probabilitiesOf = async (response: Response): Promise<readonly string[]> =>
    (await response.text()).match(/\b0\.\d{4,}/g) ?? []

  it.each(doors)('is answered like its rows one part after the other, by %s', async (path, toDocument) => {
    const all = await probabilitiesOf(await post(JSON.stringify(toDocument(rows), undefined, 4), path))
    const parts = [rows.slice(0, 1000), rows.slice(1000, 3000), rows.slice(3000)].map(part =>
      post(JSON.stringify(toDocument(part)), path).then(probabilitiesOf),
    )
    expect(all).toHaveLength(4000)
    expect(all).toEqual((await Promise.all(parts)).flat())
  })

  it.each(doors)('leaves the event loop free in between, by %s', async (path, toDocument) => {
    const text = JSON.stringify(toDocument(rows), undefined, 4)
    let turns = 0
    const count = (): void => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    const response = await post(text, path)
    clearImmediate(timer)
    expect(response.status).toBe(200)
    expect(turns).toBeGreaterThan(text.length / 300_000)
  })

  it('keeps commas, brackets and quotes inside of texts where they are', async () => {
    const odd = rows.map((row, index) => (index % 9 === 0 ? { ...row, contract: '],[{"\\",' } : row))
    const answers = (await (await post(JSON.stringify(odd))).json()) as { code?: string }[]
    expect(answers.map(({ code }) => code === 'invalid_row')).toEqual(odd.map((_, index) => index % 9 === 0))
  })

  it('with a comma too many at its end is refused, at the place in the whole text', async () => {
    const text = JSON.stringify(rows).replace(/]$/, ',]')
    const { code, detail } = (await (await post(text)).json()) as { code: string; detail: string }
    expect(code).toBe('malformed_json')
    expect(detail).toContain(`offset ${text.length - 1}`)
  })
})

describe('JSON of a megabyte that is wrong somewhere', () => {
  const text = JSON.stringify({ rows: Array.from({ length: 1900 }, () => aRow()) }, undefined, 1)
  const lines = text.split('\n')
  const errorOf = (changed: string): unknown => {
    try {
      return parseJson(changed)
    } catch (error) {
      return (error as Error).message
    }
  }

  it('is told the place in the whole text', () => {
    const at = lines.findIndex((line, index) => index > 20_000 && line.includes('"tenure"'))
    const colons = lines.with(at, (lines[at] as string).replace(':', '::')).join('\n')
    const column = (lines[at] as string).indexOf(':') + 2
    const offset = lines.slice(0, at).join('\n').length + column
    expect(errorOf(colons)).toBe(
      `the body is not JSON; at line ${at + 1}, column ${column} (offset ${offset}): value expected`,
    )
  })

  it('is told the place of a key that is there a second time', () => {
    const at = lines.findLastIndex(line => line.includes('"tenure"'))
    const twice = lines.toSpliced(at, 0, lines[at] as string).join('\n')
    expect(errorOf(twice)).toContain(
      `the key "tenure" is given twice in one object, the second time at line ${at + 2},`,
    )
  })
})

describe('JSON that is parsed in pieces is judged as in one', () => {
  const outcomeOf = async (parse: () => unknown): Promise<unknown> => {
    try {
      return { value: await parse() }
    } catch (error) {
      return { error }
    }
  }
  const size = fc.integer({ min: 1, max: 12 })
  const agree = async (text: string, length: number): Promise<void> => {
    expect(await outcomeOf(() => parseLargeJson(text, undefined, length))).toEqual(
      await outcomeOf(() => parseJson(text)),
    )
  }

  const key = fc.constantFrom('a', 'b', '1', '__proto__', 'toString', '"', '\\', '},', '[{')
  const { document } = fc.letrec<{ document: unknown }>(tie => ({
    document: fc.oneof(
      { maxDepth: 5 },
      fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), key, fc.constant(null)),
      fc.array(tie('document'), { maxLength: 6 }),
      fc.dictionary(key, tie('document'), { maxKeys: 6 }),
    ),
  }))
  const text = fc
    .tuple(document, fc.constantFrom(undefined, 2))
    .map(([value, spaces]) => JSON.stringify(value, undefined, spaces))

  it('where it is whole', async () => {
    await fc.assert(fc.asyncProperty(text, size, agree), { numRuns: 2000 })
  })

  it('where something is missing, too much or twice', async () => {
    const inserted = fc.constantFrom('', ...'{}[],:"\\ 1', '"a":', '"a":1,', '"a":{},', '"a":[],', 'null,')
    await fc.assert(
      fc.asyncProperty(text, fc.nat(), fc.nat(1), inserted, size, async (whole, place, cut, insert, length) => {
        const at = place % (whole.length + 1)
        await agree(whole.slice(0, at) + insert + whole.slice(at + cut), length)
      }),
      { numRuns: 4000 },
    )
  })

  it('however deep it is', async () => {
    for (const depth of [30, 33, 500]) await agree(`[1,${'[2,'.repeat(depth)}3${']'.repeat(depth)},4]`, 4)
  })
})
