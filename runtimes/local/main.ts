import { fileURLToPath } from 'node:url'
import { runCommand } from '../cli/program.ts'
import { createServeCommand } from '../container/serve-command.ts'

const consoleDir = fileURLToPath(new URL('../../dist/console', import.meta.url))

process.exitCode = await runCommand(createServeCommand({ dataDir: './data', consoleDir }), process.argv)
