import type { Command } from 'commander'
import { wholeFlag } from './flag.ts'
import { withOutputFlags } from './output.ts'
import type { CostReportFlags } from './run-cost-report.ts'

export function registerCostReport(cost: Command): void {
  const verb = cost
    .command('report')
    .summary('what was really paid, by service, component and day')
    .description(
      'Reads Cost Explorer by tag: what each service and component cost in each month and on each day, how that changed, what a million predictions cost, and days that are far above the usual. Each call to Cost Explorer costs $0.01, so its answer is kept for a day.',
    )
    .option('--months <number>', 'the last so many, this one included', wholeFlag(1, 13), 3)
    .option('--tag <key=value>', 'of the resources that are counted', 'Project=model-serving')
    .option('--component-tag <key>', 'that tells them apart', 'Component')
    .option('--days', 'print every day, too')
    .option('--svg <file>', 'draw the days')
    .option('--cache <folder>', 'where answers are kept (default: cost-explorer in DATA_DIR, else in ./data)')
    .option('--fresh', 'ask again, whatever is kept')
    .addHelpText(
      'before',
      [
        'Examples:',
        '  scaling-mlops cost report --months 3',
        '  scaling-mlops cost report --months 2 --tag Project=risk-models --svg cost.svg',
        '',
      ].join('\n'),
    )
    .action(async (flags: CostReportFlags) => {
      const { runCostReport } = await import('./run-cost-report.ts')
      await runCostReport(flags)
    })
  withOutputFlags(verb)
}
