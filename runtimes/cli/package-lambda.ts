import { type Command, Option } from 'commander'
import { withOutputFlags } from './output.ts'
import type { PackageLambdaFlags } from './run-package-lambda.ts'

export function registerPackageLambda(packaging: Command): void {
  const verb = packaging
    .command('lambda')
    .summary('one function for every event source, as a zip')
    .description(
      'Bundles the function, ONNX Runtime for one architecture and the models into a zip whose handler is main.handler, for the runtime nodejs24.x.',
    )
    .addOption(new Option('--arch <name>', 'architecture of the function').choices(['x64', 'arm64']).default('arm64'))
    .option('--models <place>', 'a folder to put inside, or s3://bucket/prefix to load from at the start', 'models')
    .option('--out <file>', 'the archive (default: dist/lambda-ARCH.zip)')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops package lambda --arch arm64',
        '  scaling-mlops package lambda --arch x64 --models s3://models-of-the-team/serving',
        '',
      ].join('\n'),
    )
    .action(async (flags: PackageLambdaFlags) => {
      const { runPackageLambda } = await import('./run-package-lambda.ts')
      await runPackageLambda(flags)
    })
  withOutputFlags(verb)
}
