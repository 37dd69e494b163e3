import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, golden, json } from '../support/churn.ts'
import type { Environment, Host } from '../support/host.ts'
import { describeInvocations } from './invocations.ts'
import { describePredictCsv } from './predict-csv.ts'
import { describePredictLines } from './predict-lines.ts'
import { describeRefusals } from './refusals.ts'

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

    describeInvocations(() => host)
    describePredictCsv(() => host)
    describePredictLines(() => host)
    describeRefusals(() => host)

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
