import type { Command } from 'commander'
import { type OutputFlags, withOutputFlags } from './output.ts'

export function registerDoctor(program: Command): void {
  const verb = program
    .command('doctor')
    .summary('check whether the server can work here, and what is in its way')
    .description(
      'Checks Node, ONNX Runtime, every setting, the folder for data, the ports, and each model as the server does before it serves. Makes all checks, then ends with the exit code of the first that failed: 3 for machine and settings, 5 for ONNX Runtime and models, 8 for S3.',
    )
    .option('--config <file>', 'JSON file of settings')
    .addHelpText('before', 'Example: MODEL_REPOSITORY=s3://bucket/models scaling-mlops doctor\n')
    .action(async (flags: OutputFlags & { readonly config?: string }) => {
      const { runDoctor } = await import('./run-doctor.ts')
      await runDoctor(flags)
    })
  withOutputFlags(verb)
}
