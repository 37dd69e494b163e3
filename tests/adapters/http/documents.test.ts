import { cp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { openMemoryHost, repository } from '../../support/host.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

it('a version that came without its documents says so of each, and has examples all the same', async () => {
  await using folder = await temporaryFolder()
  const version = join(folder.path, 'churn/1')
  await cp(join(repository, 'churn/1'), version, { recursive: true })
  for (const file of ['report.json', 'reference.json', 'README.md']) await rm(join(version, file))
  const host = await openMemoryHost({ MODEL_REPOSITORY: folder.path })

  for (const document of ['report', 'reference', 'card']) {
    const response = await host.fetch(`/models/churn/${document}`)
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'no_document', detail: expect.stringContaining('churn') })
  }
  expect((await host.fetch('/models/churn/examples')).status).toBe(200)
  await host.close()
})
