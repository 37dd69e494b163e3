import { readFile } from 'node:fs/promises'
import { grpcLimits } from '@scaling-mlops/adapters/grpc'
import { connectionLimits } from '@scaling-mlops/adapters/http'
import { expect, it } from 'vitest'
import { configurationOf } from '../support/host.ts'

const page = await readFile(new URL('../../docs/limits.md', import.meta.url), 'utf8')
const seconds = (milliseconds: number): string => `${milliseconds / 1000} s`
const number = (value: number): string => value.toLocaleString('en')

it.each([
  ['head of a request, to its last byte', seconds(connectionLimits.headersTimeout)],
  ['whole request', seconds(connectionLimits.requestTimeout)],
  ['a request or an answer of which no byte moves', seconds(connectionLimits.idleTimeout)],
  ['kept-alive connection, until its next request', seconds(connectionLimits.keepAliveTimeout)],
  ['head of a request', `${number(connectionLimits.maxHeaderBytes)} bytes`],
  ['connections at the same time', number(connectionLimits.maxConnections)],
  ['calls of one connection at the same time', number(grpcLimits.callsOfConnection)],
])('docs/limits.md has the limit of the %s', (limit, value) => {
  expect(page).toContain(`| ${limit} | ${value} |`)
})

it('docs/limits.md has the defaults of the settings', () => {
  const { maxBodyBytes, maxQueuedRows, maxWaitMs, maxLoopMs } = configurationOf({})

  expect(page).toContain(`\`MAX_BODY_BYTES\` | ${maxBodyBytes / 2 ** 20} MiB |`)
  expect(page).toContain(`\`MAX_QUEUED_ROWS\` | ${number(maxQueuedRows)} |`)
  expect(page).toContain(`\`MAX_WAIT_MS\` | ${number(maxWaitMs)} |`)
  expect(page).toContain(`\`MAX_LOOP_MS\` | ${number(maxLoopMs)} |`)
})
