import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openProcessHost, type ProcessHost } from '../../support/host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { until } from '../../support/until.ts'

const KEYS = ['first-key-of-operators', 'second-key-of-operators'] as const
const [first, second] = KEYS.map(key => `key ${createHash('sha256').update(key).digest('hex').slice(0, 8)}`)

describe('what an operator did', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>
  let host: ProcessHost
  beforeAll(async () => {
    folder = await temporaryFolder()
    host = await openProcessHost({ API_KEYS: KEYS.join(','), DATA_DIR: folder.path })
  })
  afterAll(async () => {
    await host?.close()
    await folder?.[Symbol.asyncDispose]()
  })

  const send = (method: string, path: string, key: string, body: unknown, requestId: string) =>
    host.fetch(path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'x-request-id': requestId },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  const told = (requestId: string) =>
    until(async () => host.log.find(line => line.msg === 'operator action' && line.requestId === requestId))

  it('is one line of the log: who, what, under which request, and what came of it', async () => {
    await send('POST', '/dead-letters/discard', KEYS[1], { filter: { code: 'invalid_row' } }, 'discard-1')

    expect(await told('discard-1')).toMatchObject({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      action: 'discard dead letters',
      operator: second,
      status: 200,
      filter: { code: 'invalid_row' },
      discarded: 0,
    })
  })

  it('is told whatever it was', async () => {
    await send('POST', '/v2/repository/models/churn/load', KEYS[0], {}, 'load-1')
    await send('POST', '/dead-letters/redrive', KEYS[0], { ids: ['x'], rate: 5 }, 'redrive-1')
    const unload = await send('POST', '/v2/repository/models/nobody/unload', KEYS[0], {}, 'unload-1')
    const cancel = await send('DELETE', '/jobs/none', KEYS[0], undefined, 'cancel-1')

    expect(await told('load-1')).toMatchObject({ action: 'load model', operator: first, model: 'churn', status: 200 })
    expect(await told('redrive-1')).toMatchObject({ action: 'redrive dead letters', rate: 5, redriven: 0, status: 200 })
    expect(unload.status).toBeGreaterThanOrEqual(400)
    expect(await told('unload-1')).toMatchObject({
      level: 'warn',
      action: 'unload model',
      model: 'nobody',
      status: unload.status,
    })
    expect(cancel.status).toBe(404)
    expect(await told('cancel-1')).toMatchObject({
      level: 'warn',
      action: 'cancel job',
      job: 'none',
      status: 404,
      code: 'unknown_job',
    })
  })

  it('tells of a job under which it can be looked up', async () => {
    const response = await send('POST', '/jobs?model=churn', KEYS[0], undefined, 'job-0')
    expect(response.status).toBeGreaterThanOrEqual(400)
    expect(await told('job-0')).toMatchObject({ level: 'warn', action: 'start job', status: response.status })

    const headers = { authorization: `Bearer ${KEYS[0]}`, 'content-type': 'text/csv', 'x-request-id': 'job-1' }
    const started = await host.fetch('/jobs?model=churn', { method: 'POST', headers, body: 'tenure\n1\n' })
    const { id } = (await started.json()) as { id: string }
    expect(await told('job-1')).toMatchObject({ action: 'start job', operator: first, job: id, model: 'churn' })
  })

  it('does not have the key in it, and nothing is told of who may not act', async () => {
    const refused = await send('POST', '/dead-letters/discard', 'no-key-of-operators', { filter: {} }, 'refused-1')
    await send('POST', '/dead-letters/discard', KEYS[0], { filter: {} }, 'discard-2')
    await told('discard-2')

    expect(refused.status).toBe(401)
    expect(host.log.filter(line => line.msg === 'operator action' && line.requestId === 'refused-1')).toEqual([])
    for (const key of KEYS) expect(JSON.stringify(host.log)).not.toContain(key)
  })
})
