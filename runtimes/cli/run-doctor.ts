import { loadOnnxRuntime } from '@scaling-mlops/adapters/onnx'
import { readConfiguration } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import type { Configuration } from '../configuration/settings.ts'
import { EXIT } from '../exit.ts'
import { type Check, type Finding, find } from './doctor-check.ts'
import { describeFolder, describeMachine, describePort } from './doctor-machine.ts'
import { checkModels } from './doctor-models.ts'
import { createOutput, type OutputFlags } from './output.ts'

/** Makes all checks, whatever becomes of the first; the exit code is that of the first that failed. */
export async function runDoctor({
  config = CONFIGURATION_FILE,
  ...flags
}: OutputFlags & { readonly config?: string }): Promise<void> {
  const output = createOutput(flags)
  const findings: Finding[] = []
  const check: Check = async (name, look) => {
    output.progress(`checking ${name}`)
    findings.push(await find(name, look))
  }

  await check('Node', describeMachine)
  await check('ONNX Runtime', async () => `version ${await loadOnnxRuntime()} loads`)
  let configuration: Configuration | undefined
  await check('settings', async () => {
    const file = await readConfigurationFile(config, config !== CONFIGURATION_FILE)
    configuration = readConfiguration({ flags: {}, environment: process.env, file }).configuration
    return 'all are well formed; "scaling-mlops config --print" shows them'
  })
  if (configuration !== undefined) {
    const { dataDir, host, port, grpcPort } = configuration
    await check('DATA_DIR', () => describeFolder(dataDir))
    await check('PORT', () => describePort(host, port))
    if (grpcPort !== undefined) await check('GRPC_PORT', () => describePort(host, grpcPort))
    await checkModels(configuration, check)
  }

  output.result(
    findings.map(({ check, ok, detail }) => `${ok ? 'ok    ' : 'FAILED'}  ${check}: ${detail}`).join('\n'),
    { schemaVersion: 1, checks: findings.map(({ check, ok, detail }) => ({ check, ok, detail })) },
  )
  process.exitCode = findings.find(({ ok }) => !ok)?.exitCode ?? EXIT.done
}
