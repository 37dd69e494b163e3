import { type Command, Option } from 'commander'
import { durationFlag, serverFlag, wholeFlag } from './flag.ts'
import { withGoldenFlags } from './golden-flags.ts'
import { withOutputFlags } from './output.ts'
import type { DeployBeanstalkFlags } from './run-deploy-beanstalk.ts'

export function registerDeployBeanstalk(deploy: Command): void {
  const verb = deploy
    .command('beanstalk')
    .summary('a version to an environment of Elastic Beanstalk')
    .description(
      'Writes the source bundle, makes a version of it and updates the environment. With --wait it watches until every instance runs the version, health is Ok and Green, no answer is a 5xx and the golden rows are right, several times in a row; with --rollback whatever fails goes back to the version before.',
    )
    .requiredOption('--application <name>', 'of Elastic Beanstalk')
    .requiredOption('--environment <name>', 'of that application, which is there and ready')
    .option(
      '--image <name>',
      'of a registry, with its digest: name@sha256:…; without it each instance builds the image',
    )
    .addOption(new Option('--tier <tier>', 'behind a load balancer, or behind a queue').choices(['web', 'worker']))
    .option('--config <file>', 'JSON file of settings (default: scaling-mlops.config.json where it exists)')
    .option('--bucket <name>', "for the bundle (default: Elastic Beanstalk's own of this account and region)")
    .option(
      '--label <text>',
      'of the version (default: made of the bundle, so that the same bundle has the same label)',
    )
    .option('--wait', 'stay until the version serves well, and fail if it does not')
    .option('--rollback', 'go back to the previous version if it does not; waits, too')
    .option(
      '--url <address>',
      'where golden rows are asked (default: http:// and the host of the environment)',
      serverFlag,
    )
    .option('--poll <time>', 'between looks', durationFlag, 15_000)
    .option('--timeout <time>', 'for an update, and again for a rollback', durationFlag, 15 * 60_000)
    .option('--good-polls <number>', 'good looks in a row that are believed', wholeFlag(1, 100), 4)
    .option('--bad-polls <number>', 'bad looks in a row that are believed', wholeFlag(1, 100), 4)
  withGoldenFlags(verb)
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops deploy beanstalk --application model-serving --environment model-serving-dev --wait --rollback',
        '  scaling-mlops deploy beanstalk --application model-serving --environment model-serving-prod \\',
        '    --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/model-serving@sha256:… \\',
        '    --url https://models.example.com --rollback --json',
        '',
      ].join('\n'),
    )
    .action(async (flags: DeployBeanstalkFlags) => {
      const { runDeployBeanstalk } = await import('./run-deploy-beanstalk.ts')
      await runDeployBeanstalk(flags)
    })
  withOutputFlags(verb)
}
