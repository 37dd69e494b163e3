import { type Command, Option } from 'commander'
import { withPricesFlag } from './capacity-flags.ts'
import { registerCostReport } from './cost-report.ts'
import { amountFlag, durationFlag, numberFlag, percentFlag, quantityFlag, wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { EstimateFlags } from './run-cost.ts'

export function registerCost(program: Command): void {
  const cost = program.command('cost').summary('what serving costs').description('What serving costs on AWS.')
  registerCostReport(cost)
  const verb = cost
    .command('estimate')
    .summary('a month on Elastic Beanstalk and on Lambda, line by line')
    .description(
      'Adds up a month of the same traffic on Elastic Beanstalk and on Lambda, a line for each thing that is paid, and says at how many requests both cost the same.',
    )
    .addOption(new Option('--on <place>', 'where').choices(['both', 'beanstalk', 'lambda']).default('both'))
    .option('--requests <number>', 'a month, like 35M', quantityFlag, 3e7)
    .option('--rows <number>', 'predictions in each request', wholeFlag(1, 1e6), 1)
    .option('--response-bytes <bytes>', 'an answer with its headers', amountFlag, 300)
    .option('--request-bytes <bytes>', 'a request with its headers', amountFlag, 900)
    .option('--log-bytes <bytes>', 'what the log grows by with each request', amountFlag, 200)
    .option('--log-days <days>', 'how long logs are kept', wholeFlag(1, 3653), 14)
    .option('--metrics <number>', 'custom metrics', wholeFlag(0, 1e6), 9)
    .option('--alarms <number>', 'CloudWatch alarms', wholeFlag(0, 1e5), 6)
  group(verb, 'Elastic Beanstalk:', [
    new Option('--type <type>', 'instance type').default('c7g.medium'),
    new Option('--instances <number>', 'instances, on average over the month').argParser(numberFlag(0)).default(2),
    new Option('--lcu <units>', 'load balancer capacity units (default: worked out)').argParser(amountFlag),
    new Option('--ipv4 <addresses>', 'public addresses (default: two and one for each instance)').argParser(amountFlag),
    new Option('--volume <gigabytes>', 'disk of an instance').argParser(amountFlag).default(16),
    new Option('--publish <seconds>', 'PutMetricData of an instance every so many seconds, 0 for none')
      .argParser(amountFlag)
      .default(10),
    new Option('--per-connection <number>', 'requests on one connection').argParser(numberFlag(0)).default(100),
  ])
  group(verb, 'Lambda:', [
    new Option('--memory <megabytes>', 'of the function').argParser(wholeFlag(128, 10_240)).default(1769),
    new Option('--duration <time>', 'of one request').argParser(durationFlag).default(20, '20ms'),
    new Option('--architecture <name>', 'of the function').choices(['arm64', 'x86_64']).default('arm64'),
    new Option('--door <door>', 'what stands before it').choices(['function-url', 'http-api']).default('function-url'),
    new Option('--cold <percent>', 'share of the requests that wait for a start').argParser(percentFlag).default(0.5),
    new Option('--init <time>', 'of a start').argParser(durationFlag).default(400, '400ms'),
    new Option('--free-tier', "count the account's free requests and seconds"),
  ])
  verb
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops cost estimate --requests 35M --type t4g.small --instances 2',
        '  scaling-mlops cost estimate --on lambda --requests 1M --duration 40ms --memory 512 --door http-api',
        '',
      ].join('\n'),
    )
    .action(async (flags: EstimateFlags) => {
      const { runEstimate } = await import('./run-cost.ts')
      await runEstimate(flags)
    })
  withOutputFlags(withPricesFlag(verb))
}

function group(command: Command, heading: string, options: readonly Option[]): void {
  for (const option of options) {
    option.helpGroup(heading)
    command.addOption(option)
  }
}
