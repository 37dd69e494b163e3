import { type Command, Option } from 'commander'
import { amountFlag, durationFlag, numberFlag } from './flag.ts'
import { withGoldenFlags } from './golden-flags.ts'
import { withOutputFlags } from './output.ts'
import type { DeployLambdaFlags } from './run-deploy-lambda.ts'

export function registerDeployLambda(deploy: Command): void {
  const verb = deploy
    .command('lambda')
    .summary('a version to a function of Lambda, by its alias')
    .description(
      'Publishes a version of the function, asks it the golden rows before anybody calls it, gives it a share of the calls while alarms are watched, then all of them. With --rollback the alias goes back where an alarm goes.',
    )
    .requiredOption('--function <name>', 'of Lambda')
    .requiredOption('--zip <file>', 'as `package lambda` writes it')
    .addOption(new Option('--arch <name>', 'of the zip (default: as the function is)').choices(['x64', 'arm64']))
    .option('--alias <name>', 'that callers use', 'live')
    .option('--canary <percent>', 'of the calls that the version gets first', numberFlag(0, 100), 10)
    .option('--minutes <number>', 'that it gets no more', amountFlag, 5)
    .option('--alarm <name>', 'of CloudWatch that must not go; may be given more than once', addName, [])
    .option('--rollback', 'send all calls to the previous version again if an alarm goes')
    .option('--bucket <name>', 'of S3, through which zips above 50 MB go')
    .option('--poll <time>', 'between looks at the alarms', durationFlag, 15_000)
  withGoldenFlags(verb)
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops deploy lambda --function model-serving --zip dist/lambda-arm64.zip --alarm model-serving-errors --rollback',
        '  scaling-mlops deploy lambda --function model-serving --zip dist/lambda-arm64.zip --canary 5 --minutes 10 --rollback --json',
        '',
      ].join('\n'),
    )
    .action(async (flags: DeployLambdaFlags) => {
      const { runDeployLambda } = await import('./run-deploy-lambda.ts')
      await runDeployLambda(flags)
    })
  withOutputFlags(verb)
}

function addName(name: string, names: readonly string[]): string[] {
  return [...names, name]
}
