import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openSqsDeadLetters } from '@scaling-mlops/adapters/sqs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ChaosProxy, startChaosProxy } from '../support/chaos-proxy.ts'
import { openServerHost } from '../support/host.ts'
import { collect } from '../support/records.ts'
import { type SqsEmulator, startSqsEmulator } from '../support/sqs-emulator.ts'
import { aLoad } from '../support/stream-load.ts'

let emulator: SqsEmulator
let proxy: ChaosProxy
let folder: string
beforeAll(async () => {
  emulator = await startSqsEmulator()
  proxy = await startChaosProxy(emulator.endpoint)
  folder = await mkdtemp(join(tmpdir(), 'streams-'))
})
afterAll(async () => {
  await proxy.close()
  await emulator.close()
  await rm(folder, { recursive: true })
})

it('loses and doubles nothing where SQS throttles, and connections break before and after its work', async () => {
  const queueUrl = await emulator.createQueue('records')
  const deadLetterQueueUrl = await emulator.createQueue('dead')
  process.env.AWS_ENDPOINT_URL = proxy.endpoint
  const host = await openServerHost({
    DATA_DIR: folder,
    QUEUE_URL: queueUrl,
    DEAD_LETTER_QUEUE_URL: deadLetterQueueUrl,
    VISIBILITY_SECONDS: '2',
  })
  const load = aLoad(400)
  for (let at = 0; at < load.length; at += 200) {
    const body = load
      .slice(at, at + 200)
      .map(({ body }) => body)
      .join('\n')
    const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': `batch-${at}` }
    while ((await host.fetch('/streams/churn/records', { method: 'POST', headers, body })).status !== 202)
      await setTimeout(20)
  }
  const keyOf = (index: number): string => `batch-${index - (index % 200)}-${index % 200}`
  const good = load.flatMap(({ code }, index) => (code === undefined ? [keyOf(index)] : []))
  const bad = load.flatMap(({ code }, index) => (code === undefined ? [] : [`${keyOf(index)} ${code}`]))

  const results = async () => {
    const text = await (await host.fetch('/streams/churn/results?follow=false')).text()
    return text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line).id as string)
  }
  while ((await results()).length < good.length) await setTimeout(100)
  await setTimeout(500)
  expect((await results()).sort()).toEqual(good.sort())
  await host.close()

  // a queue is at least once: what counts is which letters are there
  process.env.AWS_ENDPOINT_URL = emulator.endpoint
  const deadLetters = await openSqsDeadLetters({ url: deadLetterQueueUrl, waitSeconds: 0 })
  const letters = new Set((await collect(deadLetters.scan({}))).map(({ id, code }) => `${id} ${code}`))
  expect([...letters].sort()).toEqual(bad.sort())
  deadLetters.close()
  expect(proxy.faults()).toBeGreaterThan(20)
})
