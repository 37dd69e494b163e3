import { readConfiguration } from '../configuration/read-configuration.ts'
import { openFunction } from './handler.ts'

// one invocation at a time has no use for threads, and /var/task is all there is: the models lie beside the program
const { configuration } = readConfiguration({
  flags: {},
  environment: { ...process.env, MODEL_THREADS: '0' },
  file: {},
  defaults: { modelRepository: `${import.meta.dirname}/models` },
})

export const { handler } = await openFunction(configuration)
