import { gzipSync } from 'node:zlib'
import type { Issue } from '@scaling-mlops/core'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../support/churn.ts'
import type { Host } from '../support/host.ts'

type ProblemDocument = { readonly requestId: string; readonly errors: readonly Issue[] }

/** What is refused is told what is wrong with it, as a problem document. */
export function describeRefusals(host: () => Host): void {
  const post = (path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response> =>
    host().fetch(path, json(body, headers))
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

    it('that spoils the keys of no other, where both are written with escapes', async () => {
      const body = JSON.stringify(aRow())
      const hostile = body.replace('"tenure"', '"tenur\\\\"')
      await post('/predict', hostile)
      const response = await post('/predict', body.replace('"tenure"', '"tenur\\u0065"'))
      expect(response.status).toBe(200)
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
      expect(await problemOf(await host().fetch('/nothing'))).toMatchObject({ status: 404, code: 'not_found' })
    })

    it('with a method that does not work there, naming the one that does', async () => {
      const get = await host().fetch('/predict')
      expect(get.status).toBe(405)
      expect(get.headers.get('allow')).toBe('POST')
      const put = await host().fetch('/ping', { method: 'PUT' })
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
      expect(await problemOf(await post('/predict', 'not gzip at all', { 'content-encoding': 'gzip' }))).toMatchObject({
        status: 400,
        code: 'unreadable_body',
      })
    })

    it('larger than the limit, also when it is only large once decompressed', async () => {
      const large = JSON.stringify('x'.repeat(30_000))
      expect(await problemOf(await post('/predict', large))).toMatchObject({ status: 413, code: 'body_too_large' })
      const body = gzipSync(JSON.stringify('x'.repeat(3_000_000)))
      expect(body.byteLength).toBeLessThan(20_000)
      const bomb = await host().fetch('/predict', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
        body,
      })
      expect(await problemOf(bomb)).toMatchObject({ status: 413, code: 'body_too_large' })
    })
  })
}
