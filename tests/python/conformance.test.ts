import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { openProcessHost } from '../support/host.ts'
import { run } from '../support/run.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { withEchoModel } from '../support/v2.ts'
import { makePython } from './environment.ts'

const OPERATOR_KEY = 'a-key-of-sixteen-letters'
const CHECKS = 'not_a_server_error,status_code_conformance,content_type_conformance'

it('answers what Schemathesis makes up from /openapi.json with no fault, and no status or type that is undocumented', async () => {
  const schemathesis = join(dirname(await makePython()), 'schemathesis')
  await using models = await withEchoModel()
  await using data = await temporaryFolder()
  const server = await openProcessHost({
    MODEL_REPOSITORY: models.path,
    DEFAULT_MODEL: 'churn',
    DATA_DIR: data.path,
    API_KEYS: OPERATOR_KEY,
    LOG_LEVEL: 'info',
  })
  const { code, stdout, stderr } = await run(
    schemathesis,
    [
      ...['--config-file', join(import.meta.dirname, 'schemathesis.toml')],
      ...['run', `${server.url}/openapi.json`, '--checks', CHECKS, '--phases', 'examples,coverage,fuzzing'],
    ],
    { cwd: data.path, env: { ...process.env, OPERATOR_KEY } },
  )
  await server.close()

  expect(stdout + stderr).toMatch(/No issues found/)
  expect(code).toBe(0)
})
