import { describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import type { Host } from '../support/host.ts'

const rows = [aRow(), aRow({ tenure: 72 }), aRow({ contract: 'two_year' })]
const columns = Object.keys(aRow())
const data = rows.map(row => columns.map(column => row[column]))

/** What clients of MLflow and SageMaker send, in the shapes of their documentation. */
export function describeInvocations(host: () => Host): void {
  describe('at /invocations', () => {
    const invoke = (body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response> =>
      host().fetch('/invocations', json(body, headers))
    const expectError = async (response: Response, status: number, code: string, message: string): Promise<void> => {
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/json')
      expect(await response.json()).toEqual({ error_code: code, message: expect.stringContaining(message) })
    }

    it.each<[string, unknown]>([
      ['dataframe_split', { dataframe_split: { columns, index: [0, 1, 2], data } }],
      ['dataframe_records', { dataframe_records: rows }],
      ['instances', { instances: rows }],
      [
        'inputs by column',
        { inputs: Object.fromEntries(columns.map(name => [name, rows.map(row => row[name])])), params: {} },
      ],
      ['inputs by row', { inputs: rows }],
      ['a list of rows', rows],
    ])('takes %s and answers what /predict does', async (_, body) => {
      const expected = (await (await host().fetch('/predict', json(rows))).json()) as { churn_probability: number }[]
      const response = await invoke(body, { 'content-type': 'application/json; charset=utf-8' })

      expect(response.status).toBe(200)
      expect(await response.json()).toEqual({ predictions: expected.map(row => row.churn_probability) })
    })

    it('takes a row alone', async () => {
      expect(await (await invoke(aRow())).json()).toEqual({ predictions: [0.6812940239906311] })
    })

    it.each<[string, unknown, string]>([
      ['two shapes', { instances: [], inputs: [] }, 'got instances and inputs'],
      ['no shape', { rows }, 'exactly one of dataframe_split'],
      ['a short row', { dataframe_split: { columns, data: [[1]] } }, 'row 1 has 1 values; 19 are expected'],
      ['a column twice', { dataframe_split: { columns: ['tenure', 'tenure'], data: [] } }, '"tenure" is there twice'],
      ['uneven columns', { inputs: { tenure: [1], contract: [] } }, '"contract" has 0 values'],
      ['a row of too few values', { instances: [[1, 2]] }, 'row 1 has 2 values; 19 are expected'],
      ['a bad field', { dataframe_records: [aRow(), aRow({ contract: 'weekly' })] }, 'row 2 of 2: contract'],
      ['a text', '"row"', 'must be a JSON object'],
      ['half a document', '{"instances":[', ''],
    ])('refuses %s in words', async (_, body, message) => {
      await expectError(await invoke(body), 400, 'BAD_REQUEST', message)
    })

    it.each(['text/plain', 'application/json; charset=latin1', 'application/json; version=2'])(
      'refuses the content type %s',
      async contentType => {
        const response = await invoke({ instances: rows }, { 'content-type': contentType })
        await expectError(response, 415, 'UNSUPPORTED_MEDIA_TYPE', contentType)
      },
    )
  })
}
