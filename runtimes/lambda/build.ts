import { fileURLToPath } from 'node:url'
import { Command } from 'commander'
import type { Platform } from '../bundle/native-modules.ts'
import { runCommand } from '../cli/program.ts'
import { buildFunction } from './build-function.ts'

const command = new Command('build')
  .description('bundle the function of Lambda with models into dist/lambda')
  .option('--models <place>', 'a folder to put inside, or s3://bucket/prefix to load from at the start', 'models')
  .exitOverride()
  .action(({ models }: { models: string }) =>
    buildFunction(
      fileURLToPath(new URL('../../dist/lambda', import.meta.url)),
      `linux/${process.arch}` as Platform,
      models,
    ),
  )
process.exitCode = await runCommand(command, process.argv)
