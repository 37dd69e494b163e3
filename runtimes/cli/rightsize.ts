import type { Command } from 'commander'
import { withPricesFlag, withTraceFlags } from './capacity-flags.ts'
import { amountFlag, durationFlag, numberFlag, objectiveFlag, scoresFlag, urlFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { RightsizeFlags } from './run-rightsize.ts'

export function registerRightsize(program: Command): void {
  const verb = program
    .command('rightsize')
    .summary('measure what a request takes, and recommend instances, scaling and Lambda memory')
    .description(
      'Measures service time, memory and the knee of throughput of the models here, or of a server, and recommends instance type, minimum and maximum, target, limits and Lambda memory for the traffic, with what they cost.',
    )
  withTraceFlags(verb, '--traffic')
    .option('--slo <objective>', 'how many must be answered how soon: p99=50ms', objectiveFlag)
    .option('--model <model>', 'what is measured: churn, models/churn', 'churn')
    .option('--url <url>', 'measure this server in place of one of our own', urlFlag)
    .option('--slots <number>', 'worker processes of the server at --url', wholeFlag(1, 1024), 1)
    .option('--body <file>', "JSON to send (default: a row made from the model's features)")
    .option('--yes', 'put a full load on a server that is not on this machine')
    .option('--duration <time>', 'of each step of the load', durationFlag, 3000)
    .option('--service <time>', 'time of one request on one core, in place of measuring', durationFlag)
    .option('--variation <ratio>', 'standard deviation of --service ÷ its mean', numberFlag(0), 0.25)
    .option('--memory <megabytes>', 'of one process, with --service', numberFlag(0), 200)
    .option('--boot <time>', 'from the launch of an instance to its first answer', durationFlag, 180_000)
    .option('--log-bytes <bytes>', 'what the log grows by with each request', amountFlag, 200)
    .option('--score', "print this machine's calibration score, and nothing else")
    .option('--scores <list>', 'scores measured on instances in place of assumed speeds: c7g.medium=700', scoresFlag)
    .option('--out <file>', 'write the scaling policy as JSON, for simulate --policy')
    .option('--apply', 'write the limits into the configuration file')
    .option('--config <file>', 'the configuration file', 'scaling-mlops.config.json')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops rightsize --slo p99=50ms --traffic requests.csv --apply',
        '  scaling-mlops rightsize --slo p99=100ms --url http://localhost:9696 --requests 50M',
        '  scaling-mlops rightsize --slo p99=100ms --service 20ms --memory 200',
        '',
      ].join('\n'),
    )
    .action(async (flags: RightsizeFlags) => {
      const { runRightsize } = await import('./run-rightsize.ts')
      await runRightsize(flags)
    })
  withOutputFlags(withPricesFlag(verb))
}
