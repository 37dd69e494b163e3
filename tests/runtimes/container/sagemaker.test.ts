import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { aRow, json } from '../../support/churn.ts'
import { freePort } from '../../support/free-port.ts'
import { openProcessHost, repository, root } from '../../support/host.ts'

describe('the container entry with the word serve', () => {
  it('answers on SAGEMAKER_BIND_TO_PORT as SageMaker asks', async () => {
    const port = await freePort()
    const host = await openProcessHost(
      { SAGEMAKER_BIND_TO_PORT: String(port), MODEL_REPOSITORY: repository },
      'runtimes/container/main.ts',
      'serve',
    )
    try {
      expect(new URL(host.url).port).toBe(String(port))
      expect(await (await host.fetch('/ping')).text()).toBe('PONG')
      const response = await host.fetch('/invocations', json(aRow(), { accept: 'application/jsonlines' }))
      expect(await response.text()).toBe('{"prediction":0.6812940239906311}\n')
    } finally {
      expect(await host.stop()).toBe(0)
    }
  })

  it('reads its models from /opt/ml/model and says so where there are none', async () => {
    const { status, stderr } = spawnSync(process.execPath, ['runtimes/container/main.ts', 'serve'], {
      cwd: root,
      env: { PATH: process.env.PATH, SAGEMAKER_BIND_TO_PORT: '0' },
      encoding: 'utf8',
      timeout: 20_000,
    })
    expect(status).toBe(5)
    expect(stderr).toContain('/opt/ml/model')
  })
})
