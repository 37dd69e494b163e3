import { normalise } from '@scaling-mlops/core'
import type { Command } from 'commander'
import { costFlag, numberFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { EvaluateFlags } from './run-evaluate.ts'

export function registerEvaluate(program: Command): void {
  const verb = program
    .command('evaluate')
    .summary('judge a model by rows whose outcome is known')
    .description(
      'Scores a CSV that has the target and says how good the answers are. Without data, or with the file the model was trained on, the rows held out of the training are judged.',
    )
    .argument('<model>', 'churn, churn/2 or models/churn/2')
    .argument('[data]', 'CSV file with the features and the target, also .csv.gz')
    .option('--threshold <probability>', "two classes: positive from here on (default: the model's)", numberFlag(0, 1))
    .option('--cost <costs>', 'what decisions cost, for the best threshold: fp=10,fn=120', costFlag)
    .option('--slices <columns...>', 'features to judge the parts of (default: all)', normalised)
    .option('--gate <gates...>', "a condition to meet, e.g. 'auc>=0.85'; exit code 6 where it is not", [])
    .option('--report <file>', 'write the report as an HTML file, too')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops evaluate churn --cost fp=10,fn=120 --report report.html',
        "  scaling-mlops evaluate models/churn/2 customers.csv --gate 'auc>=0.85' 'logLoss<=0.4'",
        '',
      ].join('\n'),
    )
    .action(async (model: string, data: string | undefined, flags: EvaluateFlags) => {
      // ONNX Runtime and the rest load only where they are needed: other verbs start faster
      const { runEvaluate } = await import('./run-evaluate.ts')
      await runEvaluate(model, data, flags)
    })
  withOutputFlags(verb)
}

/** Columns may be named as a file spells them. */
function normalised(name: string, before: readonly string[] = []): string[] {
  return [...before, normalise(name)]
}
