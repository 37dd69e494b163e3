import type { Command } from 'commander'
import { type OutputFlags, withOutputFlags } from './output.ts'

export function registerInspect(program: Command): void {
  const verb = program
    .command('inspect')
    .summary('show what an ONNX file takes, gives and needs')
    .description('Shows inputs, outputs, operators and versions of an ONNX file, and what keeps it from being served.')
    .argument('<file>', 'ONNX file, or the folder of a model version')
    .addHelpText('before', 'Example: scaling-mlops inspect models/churn/1/model.onnx\n')
    .action(async (file: string, flags: OutputFlags) => {
      const { runInspect } = await import('./run-inspect.ts')
      await runInspect(file, flags)
    })
  withOutputFlags(verb)
}
