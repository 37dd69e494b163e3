import { compose } from '@scaling-mlops/runtimes/container'
import { tokens } from '@scaling-mlops/runtimes/container/tokens'
import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, it } from 'vitest'
import { configurationOf, openMemoryHost } from '../../support/host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

type Operation = {
  readonly requestBody: { readonly content: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
  readonly responses: Readonly<Record<string, { readonly content?: object }>>
  readonly security?: unknown
}
type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Readonly<Record<string, unknown>>>> }
}

async function read(environment: Readonly<Record<string, string>> = {}): Promise<Document> {
  const host = await openMemoryHost(environment)
  const response = await host.fetch('/openapi.json')
  expect(response.status).toBe(200)
  const document = (await response.json()) as Document
  await host.close()
  return document
}

it('is OpenAPI 3.1 by its own schema', async () => {
  const validator = new Validator()
  const result = await validator.validate(await read())
  expect(result.errors).toBeUndefined()
  expect(result.valid).toBe(true)
  expect(validator.version).toBe('3.1')
})

it('describes every route there is, those of a worker tier among them', async () => {
  await using folder = await temporaryFolder()
  const environment = { WORKER_TIER: 'true', DATA_DIR: folder.path }
  const container = compose(configurationOf(environment))
  const { routes } = await container.getAsync(tokens.httpApp)
  await container.unbindAllAsync()
  const { paths } = await read(environment)
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`),
  )
  const own = ['POST /models/churn/predict']
  const known = routes.map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`)
  expect(described.filter(each => !own.includes(each)).sort()).toEqual(known.sort())
})

it("has a model's own fields, its answer, and examples that the server accepts", async () => {
  const { paths, components } = await read()
  const row = components.schemas['churn.1.Row'] as { properties: Record<string, unknown> }
  expect(row.properties.contract).toMatchObject({
    oneOf: [{ const: 'month-to-month' }, { const: 'one_year' }, { const: 'two_year' }],
  })
  expect(components.schemas['churn.1.Answer']).toMatchObject({ required: ['churn_probability', 'churn'] })

  const host = await openMemoryHost()
  for (const path of ['/predict', '/models/churn/predict']) {
    const examples = paths[path]?.post?.requestBody.content['application/json']?.examples as Readonly<
      Record<string, { readonly value: unknown }>
    >
    expect(Object.keys(examples)).toHaveLength(5)
    for (const { value } of Object.values(examples)) {
      const response = await host.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(value),
      })
      expect(response.status).toBe(200)
    }
  }
  await host.close()
})

it('names the statuses of problems, and asks for a key where the server does', async () => {
  const { paths } = await read()
  expect(Object.keys(paths['/predict']?.post?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '400', '404', '413', '415', '429', '503']),
  )
  expect(paths['/predict']?.post?.security).toBeUndefined()
  expect(paths['/dead-letters']?.get).toMatchObject({
    security: [{ operatorKey: [] }],
    responses: { 401: {}, 403: {}, 501: {} },
  })
  const keyed = await read({ KEYED_PATHS: '/predict', API_KEYS: 'a-key-of-sixteen-letters' })
  expect(keyed.paths['/predict']?.post).toMatchObject({ security: [{ operatorKey: [] }], responses: { 401: {} } })
})
