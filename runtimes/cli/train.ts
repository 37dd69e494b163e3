import { type Command, Option } from 'commander'
import { classWeightFlag, costFlag, foldsFlag, numberFlag, numbersFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { TrainFlags } from './run-train.ts'

export function registerTrain(program: Command): void {
  const verb = program
    .command('train')
    .summary('train a model on a CSV and write it as a bundle')
    .description(
      'Trains on a CSV with a header and writes the next version of a model, checked in ONNX Runtime before it is published.',
    )
    .argument('<data>', 'CSV file, also .csv.gz')
    .requiredOption('-t, --target <column>', 'the column to predict')
    .requiredOption(
      '-o, --out <folder>',
      'the model folder, e.g. models/churn; the next free number becomes the version',
    )
    .option(
      '--features <file>',
      'JSON list of what you know about features (default: features.json in the model folder)',
    )
    .option('--drop <columns...>', 'columns to leave out', [])
    .option('--positive <class>', 'the class of two whose probability is predicted')
    .addOption(
      new Option('--task <task>', 'what to predict, where the column leaves it open').choices([
        'binary',
        'multiclass',
        'regression',
      ]),
    )
    .option('--title <title>', 'what people call the model')
    .addOption(
      new Option('--split <split>', 'how test rows are chosen')
        .choices(['stratified', 'sklearn'])
        .default('stratified'),
    )
    .option('--seed <number>', 'seed of everything random', wholeFlag(0, 2 ** 32 - 1), 1)
    .option('--test-size <share>', 'share of the rows kept for the test', numberFlag(0, 1), 0.2)
    .option('--cv <folds>', 'folds of the cross-validation, 0 for none', foldsFlag, 5)
    .addOption(
      new Option('--algorithm <algorithm>', 'linear: logistic or ridge regression; trees: gradient-boosted trees')
        .choices(['linear', 'trees'])
        .default('linear'),
    )
    .option(
      '-C, --C <numbers>',
      'linear: inverse strength of the penalty; of several (0.1,1,10) the best by cross-validation',
      numbersFlag(0),
      [1],
    )
    .option('--trees <number>', 'trees: rounds of boosting', wholeFlag(1, 10_000), 100)
    .option('--depth <number>', 'trees: splits from root to leaf', wholeFlag(1, 16), 3)
    .option('--learning-rate <number>', 'trees: how much of each tree is taken', numberFlag(0), 0.1)
    .option(
      '--class-weight <weights>',
      "balanced, or how much a row counts by its class: 'yes=3,no=1'",
      classWeightFlag,
    )
    .option('--threshold <probability>', 'two classes: positive from here on', numberFlag(0, 1), 0.5)
    .option('--cost <costs>', 'what decisions cost, for the best threshold in the report: fp=10,fn=120', costFlag)
    .option('--gate <gates...>', "publish only if it holds, e.g. 'auc>=0.85'; exit code 6 where it does not", [])
    .option('--report <file>', 'write the report as an HTML file, too')
    .addHelpText(
      'before',
      'Example: scaling-mlops train models/churn/data/telco-churn.csv --target Churn --out models/churn\n',
    )
    .action(async (data: string, flags: TrainFlags) => {
      // ONNX Runtime and the rest load only where they are needed: other verbs start faster
      const { runTrain } = await import('./run-train.ts')
      await runTrain(data, flags)
    })
  withOutputFlags(verb)
}
