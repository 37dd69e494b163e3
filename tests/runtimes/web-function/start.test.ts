import { spawnSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { openProcessHost, root } from '../../support/host.ts'

const entry = 'runtimes/web-function/main.ts'

it('a Web Function listens exactly where Lambda says, whatever HOST and PORT are', async () => {
  const endpoint = `127.0.0.1:${await freePort()}`
  const host = await openProcessHost(
    { AWS_LAMBDA_HTTP_ENDPOINT: endpoint, PORT: '1', HOST: '192.0.2.1', DRAIN_SECONDS: '0' },
    entry,
  )
  try {
    expect(host.url).toBe(`http://${endpoint}`)
    expect(await (await host.fetch('/ping')).text()).toBe('PONG')
  } finally {
    await host.close()
  }
})

it.each(['', 'nowhere', '127.0.0.1:99999', '127.0.0.1'])('a Web Function does not start at "%s"', endpoint => {
  const { status, stderr } = spawnSync(process.execPath, [entry], {
    cwd: root,
    env: { PATH: process.env.PATH, AWS_LAMBDA_HTTP_ENDPOINT: endpoint },
    encoding: 'utf8',
  })
  expect(status).toBe(3)
  expect(stderr).toContain('--port')
})
