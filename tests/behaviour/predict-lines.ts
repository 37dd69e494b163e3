import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import type { Host } from '../support/host.ts'

/** A row a line in, an answer a line out, on the doors of /predict. */
export function describePredictLines(host: () => Host): void {
  describe('answers a body of lines', () => {
    const lines = (
      body: string | Uint8Array<ArrayBuffer>,
      headers?: Readonly<Record<string, string>>,
    ): Promise<Response> =>
      host().fetch('/predict', {
        method: 'POST',
        headers: { 'content-type': 'application/x-ndjson', ...headers },
        body,
      })
    const answersOf = async (response: Response): Promise<Record<string, unknown>[]> =>
      (await response.text())
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line))

    it('with a line each, in order, and an error line with its number for one that is wrong', async () => {
      const body = [
        JSON.stringify(aRow()),
        '{"tenure":',
        JSON.stringify(aRow({ contract: 'weekly' })),
        JSON.stringify(aRow({ tenure: 72 })),
      ].join('\n')
      const response = await lines(body)

      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/x-ndjson')
      expect(await answersOf(response)).toEqual([
        { churn_probability: 0.6812940239906311, churn: true },
        { error: expect.stringContaining('not JSON'), code: 'malformed_json', line: 2 },
        {
          error: expect.stringContaining('weekly'),
          code: 'invalid_row',
          errors: [expect.objectContaining({ field: 'contract' })],
          line: 3,
        },
        { churn_probability: expect.any(Number), churn: false },
      ])
    })

    it('longer than any limit of a whole body, and gives the same numbers as a list', async () => {
      const rows = Array.from({ length: 3000 }, (_, index) =>
        aRow({ tenure: index % 73, monthlycharges: 20 + index / 40 }),
      )
      const answers = await answersOf(await lines(rows.map(row => JSON.stringify(row)).join('\r\n')))

      expect(answers).toHaveLength(3000)
      const some = (await (await host().fetch('/predict', json(rows.slice(1000, 1030)))).json()) as unknown[]
      expect(answers.slice(1000, 1030)).toEqual(some)
    })

    it('that is gzipped, blank lines left out', async () => {
      const body = gzipSync(`\n${JSON.stringify(aRow())}\n\n\n${JSON.stringify(aRow())}`)
      expect(await answersOf(await lines(body, { 'content-encoding': 'gzip' }))).toHaveLength(2)
    })

    it('with nothing where there is none', async () => {
      expect(await (await lines('')).text()).toBe('')
    })

    it('with an error line for a line over a megabyte, and goes on after it', async () => {
      const [first, second, third] = await answersOf(
        await lines(`${JSON.stringify(aRow())}\n"${'x'.repeat(1_100_000)}"\n${JSON.stringify(aRow())}\n`),
      )
      expect(first).toEqual(third)
      expect(second).toMatchObject({ code: 'body_too_large', line: 2 })
    })
  })
}
