import { type Command, Option } from 'commander'
import { withPricesFlag, withTraceFlags } from './capacity-flags.ts'
import { durationFlag, numberFlag, numbersFlag, percentFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { SimulateFlags } from './run-simulate.ts'

export function registerSimulate(program: Command): void {
  const verb = program
    .command('simulate')
    .summary('run traffic through a simulated fleet under a scaling policy')
    .description(
      'Simulates every request of a day through instances, queues and autoscaling, and says how many are late, what it takes and what it costs. The same flags give the same figures.',
    )
  withTraceFlags(verb, '--trace')
    .option(
      '--policy <file>',
      'JSON of the fleet and its scaling (default: the shipped one, core/capacity/policy.json)',
    )
    .addOption(
      new Option('--scaling <kind>', "in place of the policy's, around the same target").choices([
        'target_tracking',
        'simple',
        'step',
        'fixed',
      ]),
    )
    .option('--target <percent>', "in place of the policy's target utilisation", percentFlag)
    .option('--minimum <instances>', "in place of the policy's", wholeFlag(1, 1e6))
    .option('--maximum <instances>', "in place of the policy's", wholeFlag(1, 1e6))
    .option('--warmup <time>', "in place of the policy's, like 300s", durationFlag)
    .option('--latency <time>', "in place of the policy's latency target, like 100ms", durationFlag)
    .option(
      '--keep <percent>',
      'share that must be within the latency target; exit code 6 where it is not',
      numberFlag(0, 100),
    )
    .option('--search', 'find the target, minimum and warm-up that keep it (99.9 % unless told) for the least money')
    .option('--targets <list>', 'what --search tries, in percent', numbersFlag(0))
    .option('--minimums <list>', 'what --search tries', numbersFlag(0))
    .option('--warmups <list>', 'what --search tries, in seconds', numbersFlag(0))
    .option('--out <file>', 'write the policy of this run, or the one found, as JSON')
    .option('--svg <file>', 'draw the run: load, instances, utilisation, p99')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops simulate --target 50 --svg run.svg',
        '  scaling-mlops simulate --trace requests.csv --policy policy.json --keep 99.9',
        '  scaling-mlops simulate --search --out policy.json',
        '',
      ].join('\n'),
    )
    .action(async (flags: SimulateFlags) => {
      const { runSimulate } = await import('./run-simulate.ts')
      await runSimulate(flags)
    })
  withOutputFlags(withPricesFlag(verb))
}
