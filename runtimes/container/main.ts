import { fileURLToPath } from 'node:url'
import { runCommand } from '../cli/program.ts'
import { sageMakerArguments } from './sagemaker-arguments.ts'
import { createServeCommand } from './serve-command.ts'

/** The build puts the console beside the program. */
const consoleDir = fileURLToPath(new URL('console', import.meta.url))

const argv = sageMakerArguments(process.argv, process.env)
// in a container the port is published on purpose: listen on every address; 5 s to drain and 4 to end keep Docker's 10
process.exitCode = await runCommand(createServeCommand({ host: '0.0.0.0', drainSeconds: 5, consoleDir }), argv)
