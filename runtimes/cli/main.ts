import { runProgram } from './program.ts'
import { registerTrain } from './train.ts'

process.exitCode = await runProgram(process.argv, [registerTrain])
