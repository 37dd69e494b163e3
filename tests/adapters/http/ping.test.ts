import { compose } from '@scaling-mlops/runtimes/container'
import { tokens } from '@scaling-mlops/runtimes/container/tokens'
import { describe, expect, it } from 'vitest'
import { configurationOf } from '../../support/host.ts'

describe.each(['/ping', '/health'])('%s', path => {
  it('is 503 until the server is ready and while it drains', async () => {
    const container = compose(configurationOf({}))
    const app = await container.getAsync(tokens.httpApp)
    const readiness = container.get(tokens.readiness)
    const status = async (): Promise<number> => (await app(new Request(`http://localhost${path}`))).status

    expect(await status()).toBe(503)
    readiness.ready = true
    expect(await status()).toBe(200)
    readiness.ready = false
    expect(await status()).toBe(503)
    await container.unbindAllAsync()
  })
})
