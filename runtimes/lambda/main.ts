import { readConfiguration } from '../configuration/read-configuration.ts'
import { openFunction } from './handler.ts'

const { env } = process

// one invocation at a time has no use for threads, and the models lie beside the program
const { configuration } = readConfiguration({
  flags: {},
  environment: { ...env, MODEL_THREADS: '0' },
  file: {},
  defaults: { modelRepository: `${import.meta.dirname}/models` },
})

export const { handler } = await openFunction(configuration, {
  environmentName: env.ENVIRONMENT_NAME ?? env.AWS_LAMBDA_FUNCTION_NAME ?? 'lambda',
  write: text => process.stdout.write(text),
})
