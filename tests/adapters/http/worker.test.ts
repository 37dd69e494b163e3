import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { type Host, openServerHost, repository } from '../../support/host.ts'

let folder: string
let host: Host
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'worker-'))
  host = await openServerHost({ DATA_DIR: folder, WORKER_TIER: 'true' })
})
afterEach(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

/** A message as Elastic Beanstalk's daemon posts it. */
function aMessage(body: string | Buffer, headers: Record<string, string> = {}): RequestInit {
  return {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'aws-sqsd/1.1',
      'x-aws-sqsd-msgid': 'message-1',
      'x-aws-sqsd-queue': 'records',
      'x-aws-sqsd-receive-count': '1',
      'x-aws-sqsd-first-received-at': '2026-11-23T10:00:00Z',
      ...headers,
    },
    body,
  }
}

const record = async (id: string) => (await host.fetch(`/streams/churn/records/${id}`)).json()

it('scores a message of the default model, and answers 200, which deletes it', async () => {
  const response = await host.fetch('/worker', aMessage(JSON.stringify(aRow())))
  expect(response.status).toBe(200)
  expect(await record('message-1')).toMatchObject({ status: 'done', result: { churn: true } })
})

it('takes model and id from the attributes of the message', async () => {
  const headers = {
    'x-aws-sqsd-attr-model': 'churn',
    'x-aws-sqsd-attr-record-id': 'own',
    'x-aws-sqsd-attr-version': '1',
  }
  expect((await host.fetch('/worker', aMessage(JSON.stringify(aRow()), headers))).status).toBe(200)
  expect(await record('own')).toMatchObject({ status: 'done' })
})

it('answers 200 for a record that can never be scored, which is a dead letter by then', async () => {
  const headers = { 'x-aws-sqsd-attr-model': 'churn', 'x-aws-sqsd-receive-count': '2' }
  expect((await host.fetch('/worker', aMessage('{"tenure":', headers))).status).toBe(200)
  expect(await record('message-1')).toMatchObject({
    status: 'dead',
    code: 'malformed_json',
    attempts: 2,
    firstSeen: '2026-11-23T10:00:00.000Z',
  })
})

it('answers 503 while a record cannot be scored, so that it comes again, and 200 when it can', async () => {
  const models = join(folder, 'models')
  await cp(repository, models, { recursive: true })
  await cp(join(models, 'churn/1'), join(models, 'churn/2'), { recursive: true })
  const graph = join(models, 'churn/2/model.onnx')
  const manifest = join(models, 'churn/2/manifest.json')
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"version": 1', '"version": 2'))
  await writeFile(graph, 'half a file')
  const worker = await openServerHost({ DATA_DIR: folder, WORKER_TIER: 'true', MODEL_REPOSITORY: models })
  const message = (attempt: number) =>
    aMessage(JSON.stringify(aRow()), {
      'x-aws-sqsd-attr-model': 'churn',
      'x-aws-sqsd-attr-version': '2',
      'x-aws-sqsd-receive-count': String(attempt),
    })
  try {
    const refused = await worker.fetch('/worker', message(1))
    expect(refused.status).toBe(503)
    expect(await refused.json()).toMatchObject({ code: 'try_again' })

    await cp(join(models, 'churn/1/model.onnx'), graph)
    expect((await worker.fetch('/worker', message(2))).status).toBe(200)
  } finally {
    await worker.close()
  }
})

it('refuses what the daemon did not send', async () => {
  const response = await host.fetch('/worker', { method: 'POST', body: '{}' })
  expect(response.status).toBe(400)
})

it('sums up the dead letters for the nightly task', async () => {
  const task = aMessage('', { 'x-aws-sqsd-taskname': 'dead-letter-summary' })
  await host.fetch('/worker', aMessage('nonsense', { 'x-aws-sqsd-attr-model': 'churn' }))
  const response = await host.fetch('/worker', task)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ total: 1, counts: { 'churn malformed_json': 1 } })
})

it('is no route anywhere else', async () => {
  const web = await openServerHost({ DATA_DIR: folder })
  expect((await web.fetch('/worker', aMessage('{}'))).status).toBe(404)
  await web.close()
})
