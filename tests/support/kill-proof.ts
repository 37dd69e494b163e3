import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { openProcessHost, type ProcessHost } from './host.ts'
import { aLoad } from './stream-load.ts'

const SENT_TOGETHER = 100

/**
 * Sends ten thousand records to a real server that is killed with SIGKILL at random moments while it takes, scores and settles them, and
 * started again. A sender that gets no answer sends again under the same key. Then every record must have ended exactly once.
 */
export async function proveNothingIsLost(kills: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'killed-'))
  const load = aLoad(10_000)
  const start = () =>
    openProcessHost({ DATA_DIR: folder, VISIBILITY_SECONDS: '1', LOG_LEVEL: 'info' }, 'runtimes/local/main.ts')
  let host: ProcessHost = await start()
  let killed = 0
  const killing = (async () => {
    while (killed < kills) {
      await setTimeout(50 + Math.random() * 700)
      const exit = once(host.child, 'exit')
      host.child.kill('SIGKILL')
      await exit
      killed++
      host = await start()
    }
  })()

  // the load is spread over the kills, so that each of them meets records on their way in and on their way out
  const pause = (kills * 1_200) / (load.length / SENT_TOGETHER)
  for (let at = 0; at < load.length; at += SENT_TOGETHER) {
    const lines = load.slice(at, at + SENT_TOGETHER)
    await sendUntilTaken(() => host, `batch-${at}`, lines.map(({ body }) => body).join('\n'))
    await setTimeout(pause)
  }
  await killing

  const keyOf = (index: number): string => `batch-${index - (index % SENT_TOGETHER)}-${index % SENT_TOGETHER}`
  const good = load.flatMap(({ code }, index) => (code === undefined ? [keyOf(index)] : []))
  const bad = load.flatMap(({ code }, index) => (code === undefined ? [] : [[keyOf(index), code] as const]))
  const results = await readResults(host, good.length)
  const letters = await readLetters(host, bad.length)
  // whatever was doubled shows up late
  await setTimeout(1_500)
  assert.equal((await readResults(host, good.length)).length, results.length)
  assert.deepEqual(results.sort(), good.sort())
  assert.deepEqual(letters.sort(), bad.map(([id, code]) => `${id} ${code}`).sort())
  assert.equal(killed, kills)
  await host.close()
  await rm(folder, { recursive: true })
}

async function sendUntilTaken(host: () => ProcessHost, key: string, body: string): Promise<void> {
  const headers = { 'content-type': 'application/x-ndjson', 'idempotency-key': key }
  for (;;) {
    const status = await host()
      .fetch('/streams/churn/records', { method: 'POST', headers, body })
      .then(
        async response => {
          await response.text()
          return response.status
        },
        () => undefined,
      )
    if (status === 202) return
    // no answer, or refused for now
    assert.ok([undefined, 429, 503].includes(status), `status ${status}`)
    await setTimeout(50)
  }
}

async function readResults(host: ProcessHost, expected: number): Promise<string[]> {
  for (;;) {
    const text = await (await host.fetch('/streams/churn/results?follow=false')).text()
    const ids = text
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line).id as string)
    if (ids.length >= expected) return ids
    await setTimeout(200)
  }
}

async function readLetters(host: ProcessHost, expected: number): Promise<string[]> {
  for (;;) {
    const { deadLetters } = (await (await host.fetch('/dead-letters?limit=1000')).json()) as {
      deadLetters: { id: string; code: string }[]
    }
    if (deadLetters.length >= expected) return deadLetters.map(({ id, code }) => `${id} ${code}`)
    await setTimeout(200)
  }
}
