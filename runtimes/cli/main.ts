import { createServeCommand } from '../container/serve-command.ts'
import { registerPredict } from './predict.ts'
import { runProgram } from './program.ts'
import { registerTrain } from './train.ts'

process.exitCode = await runProgram(process.argv, [
  registerTrain,
  registerPredict,
  program => {
    program.addCommand(createServeCommand())
  },
])
