import type { Command } from 'commander'

export type GoldenFlags = { readonly models: string; readonly model?: string }

/** Whose golden rows are asked. */
export function withGoldenFlags(command: Command): Command {
  return command
    .option('--models <folder>', 'the models whose golden rows are asked', 'models')
    .option('--model <name>', 'only this one of them')
}
