import { createServeCommand } from '../container/serve-command.ts'
import { runProgram } from './program.ts'
import { registerTrain } from './train.ts'

process.exitCode = await runProgram(process.argv, [
  registerTrain,
  program => {
    program.addCommand(createServeCommand())
  },
])
