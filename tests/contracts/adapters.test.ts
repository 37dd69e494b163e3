import { spawnSync } from 'node:child_process'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openFolderRepository } from '@scaling-mlops/adapters/files'
import {
  createMemoryLog,
  createMemoryMetrics,
  createMemoryModel,
  createMemoryRepository,
  systemClock,
} from '@scaling-mlops/adapters/memory'
import { openOnnxModel, openThreadedModel } from '@scaling-mlops/adapters/onnx'
import { afterAll, beforeAll } from 'vitest'
import { repository } from '../support/host.ts'
import { linearGraph } from '../support/linear-graph.ts'
import { describeClock } from './clock.ts'
import { describeLog } from './log.ts'
import { describeMetrics } from './metrics.ts'
import { describeModel } from './model.ts'
import { describeModelRepository } from './model-repository.ts'

describeModel('memory', async () =>
  createMemoryModel({ input: 'X', columns: 2, output: 'y', compute: ([a = 0, b = 0]) => [2 * a + b] }),
)
describeModel('ONNX Runtime', () => openOnnxModel(linearGraph([2, 1])))
describeModel('ONNX Runtime in threads', () => openThreadedModel(linearGraph([2, 1]), 2))

const churn = await openFolderRepository(repository).read('churn', 1)
describeModelRepository(
  'memory',
  async bundle => createMemoryRepository({ beta: { 3: bundle }, alpha: { 10: bundle, 1: bundle, 2: bundle } }),
  churn,
)

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'repository-'))
  for (const version of ['alpha/1', 'alpha/2', 'alpha/10', 'beta/3'])
    await cp(join(repository, 'churn/1'), join(folder, version), { recursive: true })
  await cp(join(repository, 'churn/data'), join(folder, 'alpha/data'), { recursive: true })
})
afterAll(() => rm(folder, { recursive: true }))
describeModelRepository('a folder', async () => openFolderRepository(folder), churn)

describeMetrics('memory', createMemoryMetrics)
describeClock('the system', systemClock)

describeLog('memory', async use => {
  const log = createMemoryLog()
  use(log)
  return log.lines
})
describeLog('pino', async use => {
  const program = `import { openLog } from '@scaling-mlops/adapters/log'
    const expect = value => ({ not: { toThrow: () => value() } })
    const { log, flush } = openLog('info'); (${use})(log); flush()`
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    encoding: 'utf8',
  })
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const { level, msg, time: _, ...fields } = JSON.parse(line)
      return { level, message: msg, fields }
    })
})
