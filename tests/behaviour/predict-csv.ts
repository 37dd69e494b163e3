import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import type { Host } from '../support/host.ts'

const fields = Object.keys(aRow())
const line = (row = aRow()): string => fields.map(field => row[field]).join(',')

/** CSV in, CSV out, on the doors of /predict. */
export function describePredictCsv(host: () => Host): void {
  describe('answers a body of CSV', () => {
    const post = (
      body: string | Uint8Array<ArrayBuffer>,
      { path = '/predict', ...headers }: Readonly<Record<string, string>> = {},
    ): Promise<Response> =>
      host().fetch(path, { method: 'POST', headers: { 'content-type': 'text/csv', ...headers }, body })

    it.each(['/predict', '/models/churn/predict', '/models/churn/versions/1/predict'])(
      'with its rows and their scores, in order, a bad row named in its error, at %s',
      async path => {
        const rows = [line(), line(aRow({ contract: 'weekly' })), line(aRow({ tenure: 72 })), '1,2']
        const response = await post([fields.join(','), ...rows].join('\n'), { path })

        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
        const [header, first, second, third, last, ...rest] = (await response.text()).split('\n')
        expect(header).toBe(`${fields.join(',')},probability,prediction,model_version,error`)
        expect(first).toBe(`${line()},0.6812940239906311,true,1,`)
        expect(second).toMatch(/,,,"?contract .*weekly/)
        expect(third).toMatch(/,0\.\d+,false,1,$/)
        expect(last).toMatch(/^1,2,{21}2 cells where the header has 19/)
        expect(rest).toEqual([''])
      },
    )

    it('whose columns have other spellings, another order, and neighbours that are carried along', async () => {
      const names = ['Customer ID', ...fields.toReversed().map(field => ` ${field.toUpperCase()}`)]
      const cells = ['"7,590"', ...fields.toReversed().map(field => aRow()[field])]
      const answer = await (await post(`${names.join(',')}\r\n${cells.join(',')}\r\n`)).text()

      expect(answer).toBe(
        `${names.join(',')},probability,prediction,model_version,error\r\n${cells.join(',')},0.6812940239906311,true,1,\r\n`,
      )
    })

    it('longer than any limit of a whole body, gzipped, with the numbers of a list', async () => {
      const rows = Array.from({ length: 3000 }, (_, index) =>
        aRow({ tenure: index % 73, monthlycharges: 20 + index / 40 }),
      )
      const body = gzipSync([fields.join(','), ...rows.map(row => line(row))].join('\n'))
      const lines = (await (await post(body, { 'content-encoding': 'gzip' })).text()).trimEnd().split('\n').slice(1)
      const list = (await (await host().fetch('/predict', json(rows.slice(1000, 1030)))).json()) as object[]

      expect(lines).toHaveLength(3000)
      expect(lines.slice(1000, 1030).map(text => Number(text.split(',').at(-4)))).toEqual(
        list.map(answer => (answer as { churn_probability: number }).churn_probability),
      )
    })

    it('with a last row that says where a quote was opened and never closed', async () => {
      const answer = await (await post(`${fields.join(',')}\n${line()}\n"${line()}\n${line()}\n`)).text()
      const lines = answer.trimEnd().split('\n')

      expect(lines).toHaveLength(3)
      expect(lines[1]).toBe(`${line()},0.6812940239906311,true,1,`)
      expect(lines[2]).toMatch(/^,{22}.*line 3: a quote is opened/)
    })

    it.each<[string, string, string]>([
      ['without a column', `${fields.slice(1).join(',')}\n`, 'there is no column gender'],
      ['with nothing in it', '', 'empty'],
      ['with a column twice', `${fields.join(',')},Gender\n`, 'given twice'],
      ['with a column of ours', `${fields.join(',')},probability\n`, 'a column probability already'],
      ['whose header never ends', `"${'\n'.repeat(100_000)}`, 'the header does not end'],
      ['with more columns than a body may have', `${fields.join(',')}${',x'.repeat(2000)}\n`, 'a body may have 1000'],
    ])('%s with a 400', async (_, body, message) => {
      const response = await post(body)
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'invalid_data', detail: expect.stringContaining(message) })
    })

    it('that is no gzip, though it says so, with a 400', async () => {
      const response = await post('tenure\n', { 'content-encoding': 'gzip' })
      expect(response.status).toBe(400)
      expect(await response.json()).toMatchObject({ code: 'unreadable_body' })
    })
  })
}
