import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openMemoryHost } from '../../support/host.ts'

describe('a JSON list of many megabytes, where the limit was raised', () => {
  let host: Host
  beforeAll(async () => {
    host = await openMemoryHost({ MAX_BODY_BYTES: '50000000' })
  })
  afterAll(() => host.close())
  const post = (body: string): Promise<Response> => host.fetch('/predict', json(body))
  const rows = Array.from({ length: 4000 }, (_, index) => aRow({ tenure: index % 73 }))

  it('is answered like its rows in small lists', async () => {
    const all = (await (await post(JSON.stringify(rows))).json()) as unknown[]
    expect(all).toHaveLength(4000)
    expect(all.slice(2000, 2020)).toEqual(await (await post(JSON.stringify(rows.slice(2000, 2020)))).json())
  })

  it('leaves the event loop free in between', async () => {
    let turns = 0
    const count = (): void => {
      turns++
      timer = setImmediate(count)
    }
    let timer = setImmediate(count)
    await (await post(JSON.stringify(rows, undefined, 4))).text()
    clearImmediate(timer)
    expect(turns).toBeGreaterThan(8)
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

  it('that is malformed is told where, wherever it breaks', async () => {
    const text = JSON.stringify(rows)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(text.length - 1),
        fc.constantFrom('}', ']', ',', '"', '{', '\\', ''),
        async (at, inserted) => {
          const broken = text.slice(0, at) + inserted + text.slice(at + 1)
          let valid = true
          try {
            JSON.parse(broken)
          } catch {
            valid = false
          }
          const response = await post(broken)
          if (!valid) expect(await response.json()).toMatchObject({ status: 400, code: 'malformed_json' })
          else expect([200, 400]).toContain(response.status)
        },
      ),
      { numRuns: 25 },
    )
  }, 60_000)
})
