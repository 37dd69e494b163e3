import { type Command, Option } from 'commander'
import { numberFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { AdoptFlags } from './run-adopt.ts'

export function registerAdopt(program: Command): void {
  const verb = program
    .command('adopt')
    .summary('make a bundle of a model that was trained elsewhere')
    .description(
      'Writes the next version of a model from an ONNX file of scikit-learn, XGBoost, LightGBM, PyTorch or the like: a feature table read from the graph, golden rows, and a check in ONNX Runtime before it is published.',
    )
    .argument('<file>', 'ONNX file')
    .requiredOption('--name <name>', "the model's name in the repository")
    .option('--features <file>', 'JSON list of what the graph does not tell: names of packed columns, bounds, titles')
    .option('--rows <csv>', 'rows to keep as golden rows; its header names packed columns')
    .option(
      '--expected <columns...>',
      "columns of --rows that hold the training library's own answers, to be compared with",
    )
    .option('--target <name>', 'what is predicted; names the fields of the answer (default: the name of the model)')
    .addOption(
      new Option('--task <task>', 'what is predicted, where the graph leaves it open').choices([
        'binary',
        'multiclass',
        'regression',
      ]),
    )
    .option('--positive <class>', 'the class of two whose probability is answered (default: the second)')
    .option('--threshold <probability>', 'two classes: positive from here on', numberFlag(0, 1), 0.5)
    .option('--title <title>', 'what people call the model')
    .option('--out <folder>', 'repository to write to (default: MODEL_REPOSITORY)')
    .addHelpText('before', 'Example: scaling-mlops adopt pipeline.onnx --name churn --rows customers.csv\n')
    .action(async (file: string, flags: AdoptFlags) => {
      const { runAdopt } = await import('./run-adopt.ts')
      await runAdopt(file, flags)
    })
  withOutputFlags(verb)
}
