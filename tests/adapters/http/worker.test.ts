import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { type Host, openServerHost } from '../../support/host.ts'

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
