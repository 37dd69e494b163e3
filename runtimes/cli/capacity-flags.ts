import { PATTERNS } from '@scaling-mlops/core/capacity'
import { type Command, Option } from 'commander'
import { numberFlag, quantityFlag, wholeFlag } from './flag.ts'

/** The flags that choose traffic. */
export function withTraceFlags(command: Command, flag: string): Command {
  return command
    .option(
      `${flag} <file>`,
      'CSV of timestamps, or with a column "count" of requests in each minute; synthetic makes traffic up',
      'synthetic',
    )
    .addOption(
      new Option('--pattern <pattern>', 'synthetic traffic: its shape over the day').choices(PATTERNS).default('mixed'),
    )
    .option('--requests <number>', 'synthetic traffic: requests a day, like 10M', quantityFlag, 1e7)
    .option('--hours <hours>', 'synthetic traffic: how long', numberFlag(0, 24 * 366), 24)
    .option('--scale <factor>', 'times the traffic', numberFlag(0), 1)
    .option('--seed <number>', 'seed of everything random', wholeFlag(0, 2 ** 32 - 1), 1)
}

export function withPricesFlag(command: Command): Command {
  return command.option(
    '--prices <file>',
    'JSON price list in the form of core/capacity/prices.json, for other regions and days',
  )
}
