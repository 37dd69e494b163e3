import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import { type Host, repository } from '../support/host.ts'

const rows = [aRow(), aRow({ tenure: 72 }), aRow({ contract: 'two_year' })]
/** In the model's order, which is how a row without names is read. */
const columns: readonly string[] = JSON.parse(readFileSync(`${repository}/churn/1/manifest.json`, 'utf8')).features.map(
  ({ name }: { name: string }) => name,
)
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

    const csv = (body: string, headers?: Readonly<Record<string, string>>): Promise<Response> =>
      host().fetch('/invocations', { method: 'POST', headers: { 'content-type': 'text/csv', ...headers }, body })
    const bare = data.map(row => row.join(',')).join('\n')

    it.each<[string, string, string]>([
      ['CSV with a header', 'text/csv; charset=utf-8', `${columns.join(',')}\n${bare}\n`],
      [
        'CSV with a header in another order and spelling',
        'text/csv',
        [columns, ...data]
          .map((row, index) =>
            row
              .toReversed()
              .map(cell => (index === 0 ? ` ${cell}`.toUpperCase() : cell))
              .join(','),
          )
          .join('\r\n'),
      ],
      ['CSV without a header', 'text/csv', bare],
      ['lines of objects', 'application/jsonlines', rows.map(row => JSON.stringify(row)).join('\n')],
      ['lines of lists', 'application/x-jsonlines', data.map(row => JSON.stringify(row)).join('\n')],
    ])('takes %s and answers what /predict does', async (_, type, body) => {
      const expected = (await (await host().fetch('/predict', json(rows))).json()) as { churn_probability: number }[]
      const response = await csv(body, { 'content-type': type })

      expect(await response.json()).toEqual({ predictions: expected.map(row => row.churn_probability) })
      expect(response.status).toBe(200)
    })

    it.each([
      ['text/csv', 'text/csv; charset=utf-8', '0.6812940239906311\n'],
      ['application/jsonlines;q=1', 'application/jsonlines', '{"prediction":0.6812940239906311}\n'],
      ['constructor, */*', 'application/json', '{"predictions":[0.6812940239906311]}'],
    ])('answers as Accept: %s wants it', async (accept, type, body) => {
      const response = await csv(data[0]?.join(',') ?? '', { accept })
      expect(response.headers.get('content-type')).toBe(type)
      expect(await response.text()).toBe(body)
    })

    it.each<[string, string, string, string]>([
      [
        'a bad cell',
        'text/csv',
        `${bare}\n${data[0]?.join(',').replace('month-to-month', 'weekly')}\n`,
        'row 4: contract',
      ],
      ['too few cells', 'text/csv', `${columns.join(',')}\n${bare}\n1,2`, 'row 4: 2 cells'],
      ['a first line that is neither', 'text/csv', 'customer,tenure\n1,2', 'is no header'],
      ['a column too few', 'text/csv', `${columns.slice(1).join(',')}\n`, 'there is no column gender'],
      ['an open quote', 'text/csv', `${bare}\n"1`, 'a quote is opened in row 4'],
      ['nothing', 'text/csv', '', 'empty'],
      ['a line that is no JSON', 'application/jsonlines', `${JSON.stringify(rows[0])}\n{`, 'row 2'],
      [
        'a line with a bad field',
        'application/jsonlines',
        `\n${JSON.stringify(aRow({ contract: 'weekly' }))}`,
        'row 1: contract',
      ],
    ])('refuses %s, naming the row', async (_, type, body, message) => {
      await expectError(await csv(body, { 'content-type': type }), 400, 'BAD_REQUEST', message)
    })

    it('tells what platforms ask of a container', async () => {
      expect(await (await host().fetch('/version')).text()).toMatch(/^\d+\.\d+\.\d+$/)
      expect(await (await host().fetch('/health')).text()).toBe('\n')
      expect(await (await host().fetch('/execution-parameters')).json()).toEqual({
        MaxConcurrentTransforms: 8,
        BatchStrategy: 'MULTI_RECORD',
        MaxPayloadInMB: 1,
      })
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
      ['a bad field', { dataframe_records: [aRow(), aRow({ contract: 'weekly' })] }, 'row 2: contract'],
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

    it('has one form of errors, also for what never reaches it', async () => {
      const response = await host().fetch('/invocations')
      expect(response.headers.get('allow')).toBe('POST')
      await expectError(response, 405, 'METHOD_NOT_ALLOWED', 'POST does')
    })
  })
}
