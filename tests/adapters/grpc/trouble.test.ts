import { type GrpcListening, listenGrpc } from '@scaling-mlops/adapters/grpc'
import {
  createMemoryLog,
  createMemoryMetrics,
  createMemoryRepository,
  systemClock,
} from '@scaling-mlops/adapters/memory'
import { type AccessEntry, countRequestsInFlight, createCatalogue, OverloadedError } from '@scaling-mlops/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { type GrpcClient, openGrpcClient } from '../../support/grpc-client.ts'
import { typed } from '../../support/grpc-messages.ts'

describe('a server in trouble over gRPC', () => {
  const log = createMemoryLog()
  const metrics = createMemoryMetrics()
  const lines: AccessEntry[] = []
  let seenInFlight: number | undefined
  let troubled: GrpcListening
  let client: GrpcClient
  beforeAll(async () => {
    const catalogue = await createCatalogue({
      repository: createMemoryRepository({}),
      openServable: () => Promise.reject(new Error('there is nothing to open')),
      log,
    })
    const refusal = () => new OverloadedError('too many', 1500)
    troubled = await listenGrpc({
      host: '127.0.0.1',
      port: 0,
      maxMessageBytes: 100_000,
      authorize: () => 'key 6bf1a0c2',
      isReady: () => true,
      clock: systemClock,
      log,
      inFlight: countRequestsInFlight(metrics),
      accessLog: entry => lines.push(entry),
      catalogue: {
        ...catalogue,
        find() {
          seenInFlight = metrics.snapshot().gauges.InFlight
          return Promise.reject(new Error('/secret/path is on fire'))
        },
      },
      admission: {
        refusal,
        enter() {
          throw refusal()
        },
        turnAway() {},
        leave() {},
      },
    })
    client = openGrpcClient(troubled.port)
  })
  afterAll(async () => {
    client.close()
    await troubled.close(0)
  })

  it('tells whom it has no room for when to come again', async () => {
    const { code, details, trailers } = await client.call('ModelInfer', typed([aRow()]))

    expect([code, details]).toEqual(['RESOURCE_EXHAUSTED', 'too many'])
    expect(trailers.get('grpc-retry-pushback-ms')).toEqual(['1500'])
  })

  it('keeps what went wrong in it to its log', async () => {
    const { code, details } = await client.call('ModelMetadata', { name: 'churn' })

    expect([code, details]).toEqual(['INTERNAL', 'the server failed at this call; its log knows more'])
    expect(log.lines.at(-1)).toMatchObject({ message: 'call failed' })
  })

  it('says in the log which operator did what', async () => {
    await client.call('RepositoryModelLoad', { model_name: 'churn' })

    expect(log.lines.find(({ message }) => message === 'operator action')).toMatchObject({
      level: 'warn',
      fields: { action: 'load model', operator: 'key 6bf1a0c2', grpcStatus: 'NOT_FOUND', model: 'churn' },
    })
  })

  it('counts calls in flight, and writes a line for each with its status', async () => {
    lines.length = 0
    await client.call('ServerLive')
    await client.call('ModelMetadata', { name: 'churn' })

    expect(seenInFlight).toBe(1)
    expect(metrics.snapshot().gauges.InFlight).toBe(0)
    expect(lines).toMatchObject([
      { method: 'POST', path: '/inference.GRPCInferenceService/ServerLive', status: 200, grpcStatus: 'OK' },
      {
        path: '/inference.GRPCInferenceService/ModelMetadata',
        grpcStatus: 'INTERNAL',
        milliseconds: expect.any(Number),
      },
    ])
  })
})
