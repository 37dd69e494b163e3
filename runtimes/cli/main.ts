import { type RegisterVerb, runProgram } from './program.ts'

const verbs: Readonly<Record<string, () => Promise<RegisterVerb>>> = {
  train: async () => (await import('./train.ts')).registerTrain,
  evaluate: async () => (await import('./evaluate.ts')).registerEvaluate,
  predict: async () => (await import('./predict.ts')).registerPredict,
  score: async () => (await import('./score.ts')).registerScore,
  package: async () => (await import('./package.ts')).registerPackage,
  deploy: async () => (await import('./deploy.ts')).registerDeploy,
  inspect: async () => (await import('./inspect.ts')).registerInspect,
  adopt: async () => (await import('./adopt.ts')).registerAdopt,
  bench: async () => (await import('./bench.ts')).registerBench,
  simulate: async () => (await import('./simulate.ts')).registerSimulate,
  rightsize: async () => (await import('./rightsize.ts')).registerRightsize,
  cost: async () => (await import('./cost.ts')).registerCost,
  dlq: async () => (await import('./dead-letters.ts')).registerDeadLetters,
  config: async () => (await import('./config.ts')).registerConfig,
  doctor: async () => (await import('./doctor.ts')).registerDoctor,
  serve: async () => {
    const { createServeCommand } = await import('../container/serve-command.ts')
    return program => program.addCommand(createServeCommand())
  },
}

// a verb is loaded alone; help and misspelled verbs need all of them
const [, , asked = ''] = process.argv
const all = Object.entries(verbs)
const wanted = Object.hasOwn(verbs, asked) ? all.filter(([verb]) => verb === asked) : all
process.exitCode = await runProgram(process.argv, await Promise.all(wanted.map(([, load]) => load())))
