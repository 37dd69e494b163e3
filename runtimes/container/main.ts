import { runCommand } from '../cli/program.ts'
import { createServeCommand } from './serve-command.ts'

// in a container the port is published on purpose: listen on every address
process.exitCode = await runCommand(createServeCommand({ host: '0.0.0.0' }), process.argv)
