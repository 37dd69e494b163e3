import { type Command, Option } from 'commander'
import { withOutputFlags } from './output.ts'
import type { PackageBeanstalkFlags } from './run-package-beanstalk.ts'

export function registerPackageBeanstalk(packaging: Command): void {
  const verb = packaging
    .command('beanstalk')
    .summary('the source bundle of Elastic Beanstalk')
    .description(
      'Writes the source bundle of Elastic Beanstalk: the image, or its sources, with .ebextensions and .platform. What only an account knows comes from "beanstalk" in the configuration file. The same files give the same bytes.',
    )
    .addOption(new Option('--tier <tier>', 'behind a load balancer, or behind a queue').choices(['web', 'worker']))
    .option(
      '--image <name>',
      'of a registry, with its digest: name@sha256:…; without it each instance builds the image',
    )
    .option('--config <file>', 'JSON file of settings (default: scaling-mlops.config.json where it exists)')
    .option('--out <file>', 'the bundle (default: dist/beanstalk-TIER.zip)')
    .option('--files <folder>', 'write .ebextensions and .platform there, in place of a bundle')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops package beanstalk',
        '  scaling-mlops package beanstalk --tier worker --out dist/worker.zip',
        '  scaling-mlops package beanstalk --image 123456789012.dkr.ecr.eu-central-1.amazonaws.com/model-serving@sha256:…',
        '',
      ].join('\n'),
    )
    .action(async (flags: PackageBeanstalkFlags) => {
      const { runPackageBeanstalk } = await import('./run-package-beanstalk.ts')
      await runPackageBeanstalk(flags)
    })
  withOutputFlags(verb)
}
