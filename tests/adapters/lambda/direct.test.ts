import { createDirectHandler, openInvocation } from '@scaling-mlops/adapters/lambda'
import { describe, expect, it } from 'vitest'

/** Invokes a handler whose app always answers the same. */
async function invoke(status: number, document: object, remaining = 10_000): Promise<unknown> {
  const invocation = openInvocation({ awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => remaining })
  try {
    return await createDirectHandler(async () => Response.json(document, { status }))({ x: 1 }, invocation)
  } finally {
    invocation.close()
  }
}

describe('a direct invocation', () => {
  it.each([429, 500, 503])(
    'that ended with %i rejects by the code, since a later attempt may succeed',
    async status => {
      await expect(invoke(status, { code: 'overloaded', error: 'too much to do' })).rejects.toMatchObject({
        name: 'overloaded',
        message: 'too much to do',
      })
    },
  )

  it.each([200, 400, 404, 413])('that ended with %i is answered with the document', async status => {
    expect(await invoke(status, { code: 'a', error: 'b' })).toEqual({ code: 'a', error: 'b' })
  })

  it('goes to the route of its model, with the time that is left and the id of the invocation', async () => {
    const asked: { path: string; headers: Record<string, string>; body: unknown }[] = []
    const handle = createDirectHandler(async request => {
      const { pathname: path } = new URL(request.url)
      asked.push({ path, headers: Object.fromEntries(request.headers), body: await request.json() })
      return Response.json({})
    })
    const invocation = openInvocation({ awsRequestId: 'invocation-1', getRemainingTimeInMillis: () => 10_000 })

    await handle({ model: 'a/b', version: 2, row: { x: 1 } }, invocation)
    await handle({ model: 'a', rows: [{ x: 1 }] }, invocation)
    await handle({ model: 'a', row: { x: 1 }, more: 1 }, invocation)

    invocation.close()
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      ['/models/a%2Fb/versions/2/predict', { x: 1 }],
      ['/models/a/predict', [{ x: 1 }]],
      // a row that happens to have fields of these names is a row
      ['/predict', { model: 'a', row: { x: 1 }, more: 1 }],
    ])
    expect(asked[0]?.headers).toMatchObject({ 'x-request-id': 'invocation-1', 'x-request-timeout-ms': '9700' })
  })
})
