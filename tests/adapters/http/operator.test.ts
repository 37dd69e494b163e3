import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Environment, openMemoryHost, openServerHost } from '../../support/host.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'operator-'))
})
afterAll(() => rm(folder, { recursive: true }))

const KEYS = 'first-key-of-operators,second-key-of-operators'

async function statusOf(environment: Environment, headers: Record<string, string> = {}): Promise<number> {
  const host = await openMemoryHost({ DATA_DIR: folder, ...environment })
  const response = await host.fetch('/dead-letters', { headers })
  await host.close()
  return response.status
}

describe('an operator route', () => {
  it('opens to one of the keys, wherever the server listens', async () => {
    for (const HOST of ['127.0.0.1', '0.0.0.0'])
      for (const key of KEYS.split(',')) {
        const headers = { authorization: `Bearer ${key}`, 'x-forwarded-for': '203.0.113.7' }
        expect(await statusOf({ HOST, API_KEYS: KEYS }, headers)).toBe(200)
      }
  })

  it('stays closed to every other key, also on this machine', async () => {
    for (const authorization of [
      'Bearer first-key-of-operator',
      `Bearer ${KEYS}`,
      'Basic first-key-of-operators',
      'Bearer',
      '',
    ])
      expect(await statusOf({ API_KEYS: KEYS }, { authorization })).toBe(401)
    expect(await statusOf({ API_KEYS: KEYS })).toBe(401)
  })

  it('opens without keys to this machine alone', async () => {
    for (const HOST of ['127.0.0.1', 'localhost', '::1', '127.8.8.8']) expect(await statusOf({ HOST })).toBe(200)
    for (const HOST of ['0.0.0.0', '::', '10.0.0.1', '127.0.0.1.example.com'])
      expect(await statusOf({ HOST }, { host: 'localhost' })).toBe(403)
  })

  it('stays closed without keys to what a proxy forwards', async () => {
    for (const header of ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'])
      expect(await statusOf({}, { [header]: '127.0.0.1' })).toBe(403)
  })

  it('names the setting that opens it', async () => {
    const host = await openMemoryHost({ DATA_DIR: folder, HOST: '0.0.0.0' })
    const response = await host.fetch('/dead-letters')
    expect(((await response.json()) as { detail: string }).detail).toContain('API_KEYS')
    await host.close()
  })
})

describe('paths that are named in KEYED_PATHS', () => {
  it('want a key as well, all others and health do not', async () => {
    const host = await openServerHost({ API_KEYS: KEYS, KEYED_PATHS: '/predict,/models/' })
    const statusOf = async (path: string, headers: Record<string, string> = {}) =>
      (await host.fetch(path, path === '/predict' ? json(aRow(), headers) : { headers })).status
    const key = { authorization: `Bearer ${KEYS.split(',')[0]}` }

    expect(await statusOf('/predict')).toBe(401)
    expect(await statusOf('/predict', key)).toBe(200)
    expect(await statusOf('/models/churn')).toBe(401)
    expect(await statusOf('/models')).toBe(200)
    await host.close()

    const closed = await openServerHost({ API_KEYS: KEYS, KEYED_PATHS: '/' })
    expect((await closed.fetch('/models')).status).toBe(401)
    expect((await closed.fetch('/health/ready')).status).toBe(200)
    await closed.close()
  })
})
