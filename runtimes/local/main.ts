import { runCommand } from '../cli/program.ts'
import { createServeCommand } from '../container/serve-command.ts'

process.exitCode = await runCommand(createServeCommand({ dataDir: './data' }), process.argv)
