import { refuse } from '@scaling-mlops/adapters/http'
import { createHttpHandler, openInvocation } from '@scaling-mlops/adapters/lambda'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toHttpEvent } from '../../support/lambda-events.ts'

type App = Parameters<typeof createHttpHandler>[0]['app']

const kinds = [
  ['http-2.0', 'API Gateway 2.0'],
  ['http-1.0', 'API Gateway 1.0'],
  ['alb', 'a load balancer'],
] as const

async function answer(app: App, event: object, kind: (typeof kinds)[number][0] = 'http-2.0', milliseconds = 30_000) {
  const ends = performance.now() + milliseconds
  const invocation = openInvocation({
    awsRequestId: 'invocation-1',
    getRemainingTimeInMillis: () => ends - performance.now(),
  })
  try {
    return await createHttpHandler({ app, refuse })(event as Record<string, unknown>, kind, invocation)
  } finally {
    invocation.close()
  }
}

/** Answers what it was asked. */
const echo: App = async request => {
  const { pathname, search } = new URL(request.url)
  return Response.json({
    method: request.method,
    target: pathname + search,
    headers: Object.fromEntries(request.headers),
    body: Buffer.from(await request.arrayBuffer()).toString('base64'),
  })
}

describe.each(kinds)('a request in an event %s', (kind, source) => {
  it('arrives as it was sent, whatever its bytes, its path and its query', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 200 }),
        fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
          noNullPrototype: true,
        }),
        async (bytes, parameters) => {
          const query = new URLSearchParams(parameters).toString().replaceAll('+', '%20')
          const path = `/models/a%20b/predict${query === '' ? '' : `?${query}`}`
          const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip', 'x-request-id': 'order-17' }
          const event = await toHttpEvent(source, path, { method: 'POST', headers, body: bytes })

          const asked = JSON.parse((await answer(echo, event, kind)).body)

          expect(asked.method).toBe('POST')
          const target = new URL(`http://x${asked.target}`)
          expect(target.pathname).toBe('/models/a%20b/predict')
          expect([...target.searchParams].sort()).toEqual([...new URLSearchParams(query)].sort())
          expect(asked.headers).toMatchObject({ ...headers, 'content-length': String(bytes.length) })
          expect(asked.body).toBe(Buffer.from(bytes).toString('base64'))
        },
      ),
    )
  })

  it('is answered with the bytes of the app, text or not', async () => {
    for (const bytes of [Buffer.from('{"é":"😀"}\n'), Buffer.from([0xff, 0, 1]), Buffer.alloc(0)]) {
      const { body, isBase64Encoded } = await answer(
        async () => new Response(bytes),
        await toHttpEvent(source, '/'),
        kind,
      )
      expect(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')).toEqual(bytes)
    }
  })

  it('whose body is not the base64 it is said to be is a 400', async () => {
    for (const body of ['{"tenure":1}', 'YQ=', '=YQ=', 'YQ==YQ==', 'Y Q=']) {
      const event = { ...(await toHttpEvent(source, '/predict', { method: 'POST' })), body, isBase64Encoded: true }
      const { statusCode, body: problem } = await answer(echo, event, kind)
      expect(statusCode).toBe(400)
      expect(JSON.parse(problem)).toMatchObject({ code: 'unreadable_body', detail: expect.stringContaining('base64') })
    }
  })

  it.each([
    ['a body that is no text', { body: { tenure: 1 } }, 'unreadable_body'],
    [
      'a header of no characters that HTTP knows',
      { headers: { 'x\ny': '1' }, multiValueHeaders: undefined },
      'bad_request',
    ],
    ['a host that is none', { headers: { host: 'a b' }, multiValueHeaders: undefined }, 'bad_request'],
  ])('with %s is a 400', async (_, changes, code) => {
    const event = { ...(await toHttpEvent(source, '/predict', { method: 'POST', body: '{}' })), ...changes }
    const { statusCode, body } = await answer(echo, event, kind)
    expect(statusCode).toBe(400)
    expect(JSON.parse(body)).toMatchObject({ code, requestId: 'invocation-1' })
  })

  it('is answered with 503 while there is still time to', async () => {
    const never = new Promise<Response>(() => {})
    const { statusCode, body } = await answer(() => never, await toHttpEvent(source, '/'), kind, 100)
    expect(statusCode).toBe(503)
    expect(JSON.parse(body)).toMatchObject({ code: 'deadline_exceeded' })
  })

  it('whose answer is larger than the source takes is a 413 that says so', async () => {
    const large = async () => new Response('"'.repeat(3_500_000))
    const { statusCode, body } = await answer(large, await toHttpEvent(source, '/'), kind)
    expect(statusCode).toBe(413)
    expect(JSON.parse(body)).toMatchObject({ code: 'answer_too_large' })
  })

  it('for events one by one is a 501, and nobody goes on writing them', async () => {
    let cancelled = false
    const stream = new ReadableStream({
      cancel() {
        cancelled = true
      },
    })
    const app: App = async () => new Response(stream, { headers: { 'content-type': 'text/event-stream' } })
    const { statusCode, body } = await answer(app, await toHttpEvent(source, '/'), kind)
    expect(statusCode).toBe(501)
    expect(JSON.parse(body)).toMatchObject({ code: 'not_supported' })
    expect(cancelled).toBe(true)
  })
})

describe('the app', () => {
  it('is told how long the invocation still lasts, and of a shorter wish of the caller', async () => {
    const told: (string | undefined)[] = []
    const app: App = async (_, caller) => {
      told.push(caller?.header('x-request-timeout-ms'))
      return new Response()
    }
    await answer(app, await toHttpEvent('API Gateway 2.0', '/'), 'http-2.0', 10_000)
    const headers = { 'x-request-timeout-ms': '50' }
    await answer(app, await toHttpEvent('API Gateway 2.0', '/', { headers }), 'http-2.0', 10_000)
    const patient = { 'x-request-timeout-ms': '600000' }
    await answer(app, await toHttpEvent('API Gateway 2.0', '/', { headers: patient }), 'http-2.0', 10_000)

    expect(Number(told[0])).toBeGreaterThan(9_000)
    expect(Number(told[0])).toBeLessThanOrEqual(9_700)
    expect(told[1]).toBe('50')
    expect(Number(told[2])).toBeLessThanOrEqual(9_700)
  })
})

describe('an answer', () => {
  const cookies = async () => {
    const headers = new Headers({ 'x-a': '1' })
    headers.append('set-cookie', 'a=1')
    headers.append('set-cookie', 'b=2')
    return new Response('ok', { status: 202, headers })
  }

  it('has the shape of its source', async () => {
    const text = { 'content-type': 'text/plain;charset=UTF-8', 'x-a': '1' }
    const listed = { 'content-type': ['text/plain;charset=UTF-8'], 'x-a': ['1'], 'set-cookie': ['a=1', 'b=2'] }
    const common = { statusCode: 202, body: 'ok', isBase64Encoded: false }
    const alb = await toHttpEvent('a load balancer', '/')

    expect(await answer(cookies, await toHttpEvent('API Gateway 2.0', '/'))).toEqual({
      ...common,
      headers: text,
      cookies: ['a=1', 'b=2'],
    })
    expect(await answer(cookies, await toHttpEvent('API Gateway 1.0', '/'), 'http-1.0')).toEqual({
      ...common,
      multiValueHeaders: listed,
    })
    expect(await answer(cookies, alb, 'alb')).toEqual({
      ...common,
      statusDescription: '202 Accepted',
      headers: { ...text, 'set-cookie': 'a=1' },
    })
    expect(await answer(cookies, { ...alb, multiValueHeaders: { host: ['a'] }, headers: undefined }, 'alb')).toEqual({
      ...common,
      statusDescription: '202 Accepted',
      multiValueHeaders: listed,
    })
  })

  it('is to the path behind the name of a stage', async () => {
    const event = await toHttpEvent('API Gateway 2.0', '/live/predict')
    const staged = { ...event, requestContext: { ...(event.requestContext as object), stage: 'live' } }
    expect(JSON.parse((await answer(echo, staged)).body).target).toBe('/predict')
    expect(JSON.parse((await answer(echo, event)).body).target).toBe('/live/predict')
  })
})
