import { serve } from '@scaling-mlops/runtimes/serve'
import { describe, expect, it } from 'vitest'
import { aRow } from '../../support/churn.ts'
import { openGrpcClient } from '../../support/grpc-client.ts'
import { typed } from '../../support/grpc-messages.ts'
import { configurationOf, root } from '../../support/host.ts'
import { run } from '../../support/run.ts'

const KEY = 'a-key-of-sixteen-characters'

describe('gRPC as a setting', () => {
  it('is off without GRPC_PORT', async () => {
    const quiet = await serve(configurationOf({}))

    expect(quiet.grpcPort).toBeUndefined()
    await quiet.stop()
  })

  it('wants the keys of KEYED_PATHS as HTTP does, but for health', async () => {
    const keyed = await serve(configurationOf({ GRPC_PORT: '0', API_KEYS: KEY, KEYED_PATHS: '/' }))
    const client = openGrpcClient(keyed.grpcPort as number)

    expect((await client.call('ModelInfer', typed([aRow()]))).code).toBe('UNAUTHENTICATED')
    expect((await client.call('ModelInfer', typed([aRow()]), { key: KEY })).code).toBe('OK')
    expect((await client.call('ServerReady')).message).toEqual({ ready: true })
    client.close()
    await keyed.stop()
  })

  it('is not ready any more while it drains', async () => {
    const draining = await serve(configurationOf({ GRPC_PORT: '0', DRAIN_SECONDS: '2' }))
    const client = openGrpcClient(draining.grpcPort as number)
    const stopped = draining.stop()

    expect((await client.call('ServerReady')).message).toEqual({ ready: false })
    expect((await client.call('Check')).message).toEqual({ status: 'NOT_SERVING' })
    client.close()
    await stopped
  })

  it('is served by one process', async () => {
    const { code, stderr } = await run(process.execPath, ['runtimes/container/main.ts'], {
      cwd: root,
      env: { PATH: process.env.PATH, PORT: '0', GRPC_PORT: '0', WORKERS: '2' },
    })

    expect(stderr).toContain('GRPC_PORT: gRPC is served by one process and WORKERS is 2')
    expect(code).toBe(3)
  })

  it('says that a port is taken', async () => {
    const first = await serve(configurationOf({ GRPC_PORT: '0' }))

    await expect(serve(configurationOf({ GRPC_PORT: String(first.grpcPort) }))).rejects.toThrow(
      /^GRPC_PORT: cannot listen/,
    )
    await first.stop()
  })
})
