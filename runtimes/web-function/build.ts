import { createBuildCommand } from '../bundle/build-command.ts'
import { runCommand } from '../cli/program.ts'

process.exitCode = await runCommand(createBuildCommand('web-function'), process.argv)
