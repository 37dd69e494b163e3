import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { type Host, openServerHost } from '../../support/host.ts'

let folder: string
let host: Host
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'streams-'))
  host = await openServerHost({ DATA_DIR: folder })
})
afterEach(async () => {
  await host.close()
  await rm(folder, { recursive: true })
})

const ANSWER = { churn_probability: 0.6812940239906311, churn: true }
const lines = (body: string | Buffer, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/x-ndjson', ...headers },
  body,
})

async function send(init: RequestInit): Promise<string[]> {
  const response = await host.fetch('/streams/churn/records', init)
  expect(response.status).toBe(202)
  return ((await response.json()) as { ids: string[] }).ids
}

/** A record's end, once it has one. */
async function endOf(id: string): Promise<Record<string, unknown>> {
  for (;;) {
    const response = await host.fetch(`/streams/churn/records/${encodeURIComponent(id)}`)
    const record = (await response.json()) as Record<string, unknown>
    if (record.status !== 'pending') return record
    await setTimeout(10)
  }
}

describe('records over HTTP', () => {
  it('are taken as an object, a list or lines, and answered under their ids', async () => {
    const [single] = await send(json(aRow()))
    const listed = await send(json([aRow(), aRow()]))
    const lined = await send(lines(`${JSON.stringify(aRow())}\r\n\n${JSON.stringify(aRow())}\n`))

    expect(listed).toHaveLength(2)
    expect(lined).toHaveLength(2)
    for (const id of [String(single), ...listed, ...lined])
      expect(await endOf(id)).toMatchObject({ status: 'done', id, model: 'churn', version: 1, result: ANSWER })
    const all = [String(single), ...listed, ...lined]
    expect(all).toEqual([...all].sort())
    expect(new Set(all).size).toBe(5)
  })

  it('keep the ids of their envelopes, then that of the Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'order 7' }
    expect(await send(json(aRow(), key))).toEqual(['order 7'])
    expect(await send(json([aRow(), { id: 'own', row: aRow() }, { id: 5, row: aRow() }], key))).toEqual([
      'order 7-0',
      'own',
      '5',
    ])
    expect(await send(lines(JSON.stringify(aRow()), key))).toEqual(['order 7-0'])
    expect(await endOf('order 7')).toMatchObject({ status: 'done', result: ANSWER })
    expect(await endOf('own')).toMatchObject({ status: 'done', id: 'own' })
  })

  it('sent again under one key have one result each', async () => {
    for (let time = 0; time < 3; time++) {
      await send(json([aRow(), aRow({ tenure: 60 })], { 'idempotency-key': 'twice' }))
      await endOf('twice-1')
    }
    const results = await (await host.fetch('/streams/churn/results?follow=false')).text()
    expect(results.trim().split('\n')).toHaveLength(2)
  })

  it('are taken with an id, and die of their reason, whatever they hold', async () => {
    const list = `[5,{"a":1,"a":2},${JSON.stringify(aRow({ contract: 'weekly' }))},null, "a,]\\"b" ,[1,{"b":[]}]]`
    const bytes = Buffer.concat([Buffer.from('no json\n'), Buffer.from([0xff, 0x00]), Buffer.from('\n{}')])
    const ids = [...(await send(json(list))), ...(await send(lines(bytes))), ...(await send(json('{"tenure":')))]

    const ends = await Promise.all(ids.map(endOf))

    expect(ends.map(({ code, body, bodyBase64 }) => [code, body ?? bodyBase64])).toEqual([
      ['invalid_row', '5'],
      ['duplicate_key', '{"a":1,"a":2}'],
      ['invalid_row', JSON.stringify(aRow({ contract: 'weekly' }))],
      ['invalid_row', 'null'],
      ['invalid_row', '"a,]\\"b"'],
      ['invalid_row', '[1,{"b":[]}]'],
      ['malformed_json', 'no json'],
      ['malformed_json', '/wA='],
      ['invalid_row', '{}'],
      ['malformed_json', '{"tenure":'],
    ])
    expect(ends[2]).toMatchObject({
      status: 'dead',
      attempts: 1,
      issues: [{ field: 'contract', code: 'not_allowed' }],
    })
  })

  it('are refused for an unknown model, a body over the limit and a strange type alone', async () => {
    const status = async (path: string, init: RequestInit) => {
      const response = await host.fetch(path, init)
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    expect(await status('/streams/chrun/records', json(aRow()))).toEqual([404, 'unknown_model'])
    expect(await status('/streams/churn/records', lines('x'.repeat(1_048_577)))).toEqual([413, 'body_too_large'])
    expect(await status('/streams/churn/records', { ...json('a=b'), headers: { 'content-type': 'text/csv' } })).toEqual(
      [415, 'unsupported_media_type'],
    )
    expect(await send(json('[]'))).toEqual([])
  })

  it('that nobody sent are unknown', async () => {
    const response = await host.fetch('/streams/churn/records/nobody')
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'unknown_record' })
  })
})

describe('results over HTTP', () => {
  it('go on after a cursor, in the order of their publication', async () => {
    const ids = await send(json([aRow(), aRow(), aRow()]))
    for (const id of ids) await endOf(id)
    const read = async (query: string) =>
      (await (await host.fetch(`/streams/churn/results?${query}`)).text())
        .split('\n')
        .filter(line => line !== '')
        .map(line => JSON.parse(line) as { id: string; cursor: string; result: unknown })

    const all = await read('follow=false')
    const rest = await read(`follow=false&after=${all[0]?.cursor}`)

    expect(all.map(({ id }) => id)).toEqual(ids)
    expect(all[0]?.result).toEqual(ANSWER)
    expect(rest).toEqual(all.slice(1))
  })

  it('are followed: what is scored later comes too', async () => {
    const response = await host.fetch('/streams/churn/results')
    const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
    const [id] = await send(json(aRow()))
    const { value } = (await reader?.read()) ?? {}
    expect(JSON.parse(String(value))).toMatchObject({ id, result: ANSWER })
    await reader?.cancel()
  })

  it('end when the server stops', async () => {
    const response = await host.fetch('/streams/churn/results')
    const text = response.text()
    await host.close()
    expect(await text).toBe('')
  })

  it('want a cursor that is one', async () => {
    expect((await host.fetch('/streams/churn/results?after=yesterday')).status).toBe(400)
  })
})

describe('dead letters over HTTP', () => {
  const post = async (path: string, body: unknown) => {
    const response = await host.fetch(path, json(body))
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }
  const list = async (query = '') =>
    (await (await host.fetch(`/dead-letters${query}`)).json()) as {
      deadLetters: { id: string; code: string }[]
      next: string | null
    }
  const bury = async (count: number): Promise<string[]> => {
    const ids = await send(
      json(
        Array.from({ length: count }, (_, index) => (index % 2 ? 5 : aRow({ tenure: -1 }))),
        { 'idempotency-key': 'dead' },
      ),
    )
    for (const id of ids) await endOf(id)
    return ids
  }

  it('are listed in pages, by model and code', async () => {
    const ids = await bury(5)
    await endOf(String((await send(json('nonsense')))[0]))

    const first = await list('?limit=2')
    const second = await list(`?limit=10&after=${first.next}`)

    expect(first.deadLetters.map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(second.deadLetters.map(({ id }) => id).slice(0, 3)).toEqual(ids.slice(2))
    expect(second).toMatchObject({ next: null })
    expect((await list('?code=malformed_json')).deadLetters).toHaveLength(1)
    expect((await list('?model=other')).deadLetters).toEqual([])
    expect((await host.fetch('/dead-letters?code=malformed')).status).toBe(400)
    expect((await host.fetch('/dead-letters?limit=0')).status).toBe(400)
    expect((await host.fetch('/dead-letters?offset=3')).status).toBe(400)
  })

  it('are tried without a change, redriven and discarded', async () => {
    const ids = await bury(4)
    expect(await post('/dead-letters/redrive', { filter: {}, dryRun: true })).toEqual({
      status: 200,
      body: { dryRun: true, matching: 4, passing: 0 },
    })
    expect(await post('/dead-letters/redrive', { ids: ids.slice(0, 1), rate: 500 })).toMatchObject({
      body: { redriven: 1 },
    })
    expect(await endOf(String(ids[0]))).toMatchObject({ status: 'dead' })
    expect(await post('/dead-letters/discard', { filter: { code: 'invalid_row' }, limit: 3 })).toMatchObject({
      body: { discarded: 3 },
    })
    expect((await list()).deadLetters).toHaveLength(1)
  })

  it('are touched by nobody who does not say which', async () => {
    await bury(1)
    for (const body of [
      {},
      [],
      { ids: [] },
      { ids: ['a'], filter: {} },
      { filter: { modle: 'churn' } },
      { filter: {}, rate: 0 },
    ])
      expect((await post('/dead-letters/discard', body)).status).toBe(400)
    const asForm = await host.fetch('/dead-letters/discard', {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{"filter":{}}',
    })
    expect(asForm.status).toBe(415)
    expect((await list()).deadLetters).toHaveLength(1)
  })
})

describe('streams without a place', () => {
  it('say what to set', async () => {
    const bare = await openServerHost()
    for (const [method, path] of [
      ['POST', '/streams/churn/records'],
      ['GET', '/streams/churn/results'],
      ['GET', '/dead-letters'],
    ]) {
      const response = await bare.fetch(String(path), { method: String(method) })
      expect(response.status).toBe(501)
      expect(((await response.json()) as { detail: string }).detail).toContain('DATA_DIR')
    }
    await bare.close()
  })
})
