import { gzipSync } from 'node:zlib'
import type { Issue } from '@scaling-mlops/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, golden, json } from '../support/churn.ts'
import type { Environment, Host } from '../support/host.ts'
import { describeInvocations } from './invocations.ts'
import { describePredictCsv } from './predict-csv.ts'

type ProblemDocument = { readonly requestId: string; readonly errors: readonly Issue[] }

/** What every runtime must do with a request, whatever carries it. */
export function describePredictionApi(place: string, openHost: (environment: Environment) => Promise<Host>): void {
  describe(`the prediction API ${place}`, () => {
    let host: Host
    beforeAll(async () => {
      host = await openHost({ MAX_BODY_BYTES: '20000', CORS_ORIGINS: 'https://console.example.com' })
    })
    afterAll(() => host.close())

    const post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response> =>
      host.fetch(path, json(body, headers))
    const problemOf = async (response: Response): Promise<ProblemDocument> => {
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      const problem = (await response.json()) as ProblemDocument
      expect(problem).toMatchObject({
        status: response.status,
        title: expect.any(String),
        code: expect.any(String),
        error: expect.any(String),
      })
      expect(problem.requestId).toBe(response.headers.get('x-request-id'))
      return problem
    }

    describeInvocations(() => host)
    describePredictCsv(() => host)

    describe('answers', () => {
      it('a row with the probability and the decision', async () => {
        const response = await post('/predict', aRow())

        expect(response.status).toBe(200)
        expect(response.headers.get('content-type')).toBe('application/json')
        expect(await response.text()).toBe('{"churn_probability":0.6812940239906311,"churn":true}')
      })

      it('the golden rows as the trainer did', async () => {
        const answers = (await (
          await post(
            '/predict',
            golden.rows.map(({ row }) => row),
          )
        ).json()) as { churn_probability: number }[]

        expect(answers).toHaveLength(golden.rows.length)
        answers.forEach(({ churn_probability }, index) => {
          expect(churn_probability).toBeCloseTo(golden.rows[index]?.output[0] ?? Number.NaN, 6)
        })
      })

      it('a list in its order, a bad row failing alone', async () => {
        const [first, second, third] = (await (
          await post('/predict', [aRow(), aRow({ contract: 'weekly' }), aRow({ tenure: 72 })])
        ).json()) as Record<string, unknown>[]

        expect(first).toEqual({ churn_probability: 0.6812940239906311, churn: true })
        expect(second).toMatchObject({
          code: 'invalid_row',
          errors: [{ field: 'contract', code: 'not_allowed' }],
          error: expect.stringContaining('weekly'),
        })
        expect(third?.churn).toBe(false)
      })

      it('an empty list with an empty list', async () => {
        expect(await (await post('/predict', [])).text()).toBe('[]')
      })

      it.each(['/models/churn/predict', '/models/churn/versions/1/predict', '/predict/'])(
        'the same bytes at %s',
        async path => {
          expect(await (await post(path, aRow())).text()).toBe('{"churn_probability":0.6812940239906311,"churn":true}')
        },
      )

      it('names and values in any spelling that normalises, and numbers written as text', async () => {
        const { internetservice, seniorcitizen, tenure, ...rest } = aRow()
        const response = await post('/predict', {
          ...rest,
          ' InternetService': ' DSL ',
          SeniorCitizen: '0',
          TENURE: '1',
        })

        expect(await response.text()).toBe('{"churn_probability":0.6812940239906311,"churn":true}')
      })

      it('blank total charges as 0', async () => {
        const [blank, empty, zero] = (await (
          await post('/predict', [aRow({ totalcharges: ' ' }), aRow({ totalcharges: null }), aRow({ totalcharges: 0 })])
        ).json()) as unknown[]

        expect(blank).toEqual(zero)
        expect(empty).toEqual(zero)
      })

      it('a gzipped body', async () => {
        const body = gzipSync(JSON.stringify(aRow()))
        const response = await host.fetch('/predict', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
          body,
        })

        expect(response.status).toBe(200)
      })

      it('with the request id that was sent, and with a new one where it is unfit for a header', async () => {
        expect(
          (await host.fetch('/ping', { headers: { 'x-request-id': 'order-17' } })).headers.get('x-request-id'),
        ).toBe('order-17')
        expect(
          (await host.fetch('/ping', { headers: { 'x-request-id': 'a b"c' } })).headers.get('x-request-id'),
        ).toMatch(/^[0-9a-f-]{36}$/)
      })
    })

    describe('answers a body of lines', () => {
      const lines = (
        body: string | Uint8Array<ArrayBuffer>,
        headers?: Readonly<Record<string, string>>,
      ): Promise<Response> =>
        host.fetch('/predict', {
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
        const some = (await (await post('/predict', rows.slice(1000, 1030))).json()) as unknown[]
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

    describe('refuses a row', () => {
      it('naming every issue at once', async () => {
        const { gender, ...rest } = aRow({
          contract: 'two-year',
          tenure: 'many',
          monthlycharges: -1,
          seniorcitizen: 0.5,
        })
        const response = await post('/predict', { ...rest, tenur: 1 })
        const problem = await problemOf(response)

        expect(response.status).toBe(400)
        expect(problem).toMatchObject({ title: 'missing data', code: 'invalid_row' })
        expect(Object.fromEntries(problem.errors.map(({ field, code }) => [field, code]))).toEqual({
          gender: 'missing',
          contract: 'not_allowed',
          tenure: 'wrong_type',
          monthlycharges: 'too_small',
          seniorcitizen: 'not_an_integer',
          tenur: 'unknown_field',
        })
        expect(problem.errors).toContainEqual(
          expect.objectContaining({
            field: 'contract',
            allowed: ['month-to-month', 'one_year', 'two_year'],
            nearest: 'two_year',
          }),
        )
        expect(problem.errors).toContainEqual(expect.objectContaining({ field: 'tenur', nearest: 'tenure' }))
      })

      it.each([
        ['an infinite number', '1e400', 'not_finite'],
        ['a number no float32 can hold', '1e39', 'too_large'],
        ['a list', '[1]', 'wrong_type'],
        ['an object', '{"a":1}', 'wrong_type'],
        ['a boolean', 'true', 'wrong_type'],
        ['hexadecimal text', '"0x10"', 'wrong_type'],
        ['a number with thousands separators', '"1,000"', 'wrong_type'],
        ['an empty text', '""', 'empty'],
        ['a very long text', JSON.stringify('9'.repeat(5000)), 'not_finite'],
      ])('whose number is %s', async (_, value, code) => {
        const problem = await problemOf(
          await post('/predict', JSON.stringify(aRow()).replace('"monthlycharges":29.85', `"monthlycharges":${value}`)),
        )

        expect(problem.errors).toEqual([expect.objectContaining({ field: 'monthlycharges', code })])
      })

      it('that has __proto__, constructor or toString as a field', async () => {
        for (const field of ['__proto__', 'constructor', 'toString']) {
          const problem = await problemOf(await post('/predict', JSON.stringify(aRow()).replace('{', `{"${field}":1,`)))
          expect(problem.errors).toEqual([expect.objectContaining({ field, code: 'unknown_field' })])
        }
      })

      it.each(['1', '"row"', 'null', 'true'])('that is %s instead of an object', async body => {
        const problem = await problemOf(await post('/predict', body))
        expect(problem.errors).toEqual([expect.objectContaining({ field: '', code: 'wrong_type' })])
      })

      it('with one field in two spellings', async () => {
        const problem = await problemOf(await post('/predict', { ...aRow(), Tenure: 2 }))
        expect(problem.errors).toEqual([expect.objectContaining({ field: 'Tenure', code: 'duplicate_field' })])
      })
    })

    describe('refuses a request', () => {
      it.each([
        ['{"tenure":1,}', 'line 1, column 13'],
        ['{"tenure" 1}', 'line 1, column 11'],
        ['[1,\n2', 'line 2, column 2'],
        ['', 'empty'],
        ['{"tenure":NaN}', 'line 1, column 11'],
      ])('that is not JSON, saying where: %j', async (body, where) => {
        const response = await post('/predict', body)
        const problem = await problemOf(response)

        expect(response.status).toBe(400)
        expect(problem).toMatchObject({ code: 'malformed_json', detail: expect.stringContaining(where) })
      })

      it('that gives a key twice, also in a list', async () => {
        const body = JSON.stringify(aRow())
        const among = (count: number): string => `[${`${body},`.repeat(count)}${body.replace('}', ',"tenure":1}')}]`
        const bodies = [
          body.replace('{', '{"tenure":2,'),
          among(1),
          among(30),
          ' '.repeat(1) + among(2),
          ' '.repeat(2) + among(2),
        ]
        for (const twice of bodies) {
          const problem = await problemOf(await post('/predict', twice))
          expect(problem).toMatchObject({
            code: 'duplicate_key',
            status: 400,
            detail: expect.stringContaining('tenure'),
          })
        }
      })

      it('nested deeper than any stack', async () => {
        const response = await post('/predict', '['.repeat(9000) + ']'.repeat(9000))
        expect(response.status).toBe(200)
        expect(await response.json()).toEqual([expect.objectContaining({ code: 'invalid_row' })])
      })

      it('for a model that is not there, with the nearest name', async () => {
        const response = await post('/models/chrun/predict', aRow())
        expect(response.status).toBe(404)
        expect(await problemOf(response)).toMatchObject({
          code: 'unknown_model',
          detail: expect.stringContaining('did you mean "churn"?'),
        })
      })

      it('for a version that is not there, with those that are', async () => {
        const response = await post('/models/churn/versions/99/predict', aRow())
        expect(response.status).toBe(404)
        expect(await problemOf(response)).toMatchObject({
          code: 'unknown_version',
          detail: expect.stringContaining('versions are 1'),
        })
      })

      it('to a path that is not there', async () => {
        expect(await problemOf(await host.fetch('/nothing'))).toMatchObject({ status: 404, code: 'not_found' })
      })

      it('with a method that does not work there, naming the one that does', async () => {
        const get = await host.fetch('/predict')
        expect(get.status).toBe(405)
        expect(get.headers.get('allow')).toBe('POST')
        const put = await host.fetch('/ping', { method: 'PUT' })
        expect(put.headers.get('allow')).toBe('GET, HEAD')
        await put.text()
        await get.text()
      })

      it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/json; charset=latin1'])(
        'of type %s',
        async type => {
          const response = await post('/predict', aRow(), { 'content-type': type })
          expect(await problemOf(response)).toMatchObject({ status: 415, code: 'unsupported_media_type' })
        },
      )

      it('in an encoding it does not know', async () => {
        expect(await problemOf(await post('/predict', aRow(), { 'content-encoding': 'zstd' }))).toMatchObject({
          status: 415,
          code: 'unsupported_encoding',
        })
      })

      it('whose gzip is broken', async () => {
        expect(
          await problemOf(await post('/predict', 'not gzip at all', { 'content-encoding': 'gzip' })),
        ).toMatchObject({ status: 400, code: 'unreadable_body' })
      })

      it('larger than the limit, also when it is only large once decompressed', async () => {
        const large = JSON.stringify('x'.repeat(30_000))
        expect(await problemOf(await post('/predict', large))).toMatchObject({ status: 413, code: 'body_too_large' })
        const body = gzipSync(JSON.stringify('x'.repeat(3_000_000)))
        expect(body.byteLength).toBeLessThan(20_000)
        const bomb = await host.fetch('/predict', {
          method: 'POST',
          headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
          body,
        })
        expect(await problemOf(bomb)).toMatchObject({ status: 413, code: 'body_too_large' })
      })
    })

    describe('shows', () => {
      it('that it lives and is ready', async () => {
        expect(await (await host.fetch('/ping')).text()).toBe('PONG')
        expect((await host.fetch('/health/live')).status).toBe(200)
        expect((await host.fetch('/health/ready')).status).toBe(200)
      })

      it('its name to everyone, and a page to browsers: the console where it is built, else links', async () => {
        const plain = await host.fetch('/')
        expect(await plain.text()).toBe('Welcome to the Churn Prediction API')
        const page = await host.fetch('/', { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } })
        expect(page.headers.get('content-type')).toContain('text/html')
        expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
        expect(await page.text()).toMatch(/<a href="\/models(\/churn)?">/)
      })

      it('its models, with manifest and schema', async () => {
        expect(await (await host.fetch('/models')).json()).toMatchObject({
          models: [{ name: 'churn', versions: [1], serving: 1 }],
        })
        const { manifest, schema } = (await (await host.fetch('/models/churn')).json()) as Record<
          string,
          Record<string, unknown>
        >
        expect(manifest).toMatchObject({ name: 'churn', version: 1, task: { target: 'churn' } })
        expect(schema).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema', type: 'object' })
        expect(schema?.required).toHaveLength(19)
      })

      it('itself to pages of allowed origins only', async () => {
        const allowed = await host.fetch('/predict', json(aRow(), { origin: 'https://console.example.com' }))
        expect(allowed.headers.get('access-control-allow-origin')).toBe('https://console.example.com')
        const other = await host.fetch('/predict', json(aRow(), { origin: 'https://evil.example.com' }))
        expect(other.headers.get('access-control-allow-origin')).toBeNull()
      })
    })
  })
}
