import { normalise } from '@scaling-mlops/core'
import { type Command, InvalidArgumentError } from 'commander'
import { withOutputFlags } from './output.ts'
import type { PredictFlags } from './run-predict.ts'

export function registerPredict(program: Command): void {
  const verb = program
    .command('predict')
    .summary('score one row')
    .description('Scores one row as the server would. With --set alone the other fields are those of the example row.')
    .argument('<model>', 'churn, churn/2 or models/churn/2')
    .option('--row <json>', 'the row as a JSON object, - for stdin')
    .option('--set <field=value...>', 'fields to set, over --row or the example', addField, {})
    .addHelpText('before', 'Example: scaling-mlops predict churn --set contract=two_year tenure=24\n')
    .action(async (model: string, flags: PredictFlags, command: Command) => {
      if (flags.row === undefined && Object.keys(flags.set).length === 0)
        command.error("error: give the row with --row '{…}', or change the example row with --set field=value")
      const { runPredict } = await import('./run-predict.ts')
      await runPredict(model, flags)
    })
  withOutputFlags(verb)
}

function addField(pair: string, fields: Readonly<Record<string, string>>): Record<string, string> {
  const equals = pair.indexOf('=')
  if (equals < 1) throw new InvalidArgumentError('It must be like contract=two_year.')
  return { ...fields, [normalise(pair.slice(0, equals))]: pair.slice(equals + 1) }
}
