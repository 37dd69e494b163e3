import { readConfiguration } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import { openFunction } from './handler.ts'

const { env } = process
const beside = import.meta.dirname

// one invocation at a time has no use for threads, and the models lie beside the program unless a file there says where
const { configuration } = readConfiguration({
  flags: {},
  environment: { ...env, MODEL_THREADS: '0' },
  file: await readConfigurationFile(`${beside}/${CONFIGURATION_FILE}`, false),
  defaults: { modelRepository: `${beside}/models` },
})

export const { handler } = await openFunction(configuration, {
  environmentName: env.ENVIRONMENT_NAME ?? env.AWS_LAMBDA_FUNCTION_NAME ?? 'lambda',
  write: text => process.stdout.write(text),
})
