import { createServeCommand } from '../container/serve-command.ts'
import { registerAdopt } from './adopt.ts'
import { registerBench } from './bench.ts'
import { registerConfig } from './config.ts'
import { registerCost } from './cost.ts'
import { registerDeadLetters } from './dead-letters.ts'
import { registerDeploy } from './deploy.ts'
import { registerDoctor } from './doctor.ts'
import { registerEvaluate } from './evaluate.ts'
import { registerInspect } from './inspect.ts'
import { registerPackage } from './package.ts'
import { registerPredict } from './predict.ts'
import { runProgram } from './program.ts'
import { registerRightsize } from './rightsize.ts'
import { registerScore } from './score.ts'
import { registerSimulate } from './simulate.ts'
import { registerTrain } from './train.ts'

process.exitCode = await runProgram(process.argv, [
  registerTrain,
  registerEvaluate,
  registerPredict,
  registerScore,
  registerPackage,
  registerDeploy,
  registerInspect,
  registerAdopt,
  registerBench,
  registerSimulate,
  registerRightsize,
  registerCost,
  registerDeadLetters,
  registerConfig,
  registerDoctor,
  program => {
    program.addCommand(createServeCommand())
  },
])
