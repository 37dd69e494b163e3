import { type Command, Option } from 'commander'
import { type OutputFlags, withOutputFlags } from './output.ts'

export function registerConfig(program: Command): void {
  const verb = program
    .command('config')
    .summary('show every setting of the server, and where it comes from')
    .description(
      'Shows each setting as "serve" would start with it, and where it comes from: environment, file or default. Secrets are not shown. Exit code 3 where a setting is wrong.',
    )
    .addOption(new Option('--print', 'print the settings').makeOptionMandatory())
    .option('--config <file>', 'JSON file of settings')
    .addHelpText('before', 'Example: PORT=8080 scaling-mlops config --print\n')
    .action(async (flags: OutputFlags & { readonly config?: string }) => {
      const { runConfig } = await import('./run-config.ts')
      await runConfig(flags)
    })
  withOutputFlags(verb)
}
