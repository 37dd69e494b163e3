import { type Command, InvalidArgumentError, Option } from 'commander'
import { errorLimitFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { ScoreFlags } from './score-flags.ts'

export function registerScore(program: Command): void {
  const verb = program
    .command('score')
    .summary('score files of rows')
    .description(
      'Scores CSV, NDJSON or Parquet files (.gz and .zst are unpacked): all columns stay, in the order of the rows, and probability, prediction, model_version and error are added.',
    )
    .argument('<model>', 'churn, churn/2 or models/churn/2')
    .argument('<input>', 'a file, a folder, a pattern like "data/*.csv", or - for stdin')
    .option(
      '-o, --out <path>',
      'the scored file, - for stdout; a folder for several (default: <input>.scored.<ending> beside the input)',
    )
    .addOption(
      new Option('--format <format>', 'of stdin, and where the ending does not say it').choices(['csv', 'ndjson']),
    )
    .option('--id <column>', 'the column that names rows in the errors file')
    .option('--map <column=feature...>', "columns that the model calls otherwise, by the file's name", addPair, {})
    .option(
      '--max-errors <n|n%>',
      'rows that may fail before the job ends (default: 100 or 1%, whichever is more)',
      errorLimitFlag,
    )
    .option('--errors <file>', 'where rows that fail are described (default: <out>.errors.csv)')
    .option(
      '--explain <n>',
      'the n largest contributions to each score beside it, of linear models',
      wholeFlag(1, 1000),
    )
    .option('--workers <n>', 'threads that score (default: one for each core)', wholeFlag(1, 256))
    .option('--resume', 'go on where an interrupted run of the same job stopped')
    .addHelpText('before', 'Example: scaling-mlops score churn customers.csv -o scored.csv\n')
    .action(async (model: string, input: string, flags: ScoreFlags) => {
      const { runScore } = await import('./run-score.ts')
      await runScore(model, input, flags)
    })
  withOutputFlags(verb)
}

function addPair(pair: string, pairs: Readonly<Record<string, string>>): Record<string, string> {
  const equals = pair.lastIndexOf('=')
  if (equals < 1) throw new InvalidArgumentError('It must be like customer_contract=contract.')
  return { ...pairs, [pair.slice(0, equals)]: pair.slice(equals + 1) }
}
