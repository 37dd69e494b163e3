import { fileURLToPath } from 'node:url'
import { Command, Option } from 'commander'
import { bundleProgram } from './bundle-program.ts'
import { type Platform, platforms } from './native-modules.ts'

/** The command that bundles the program of `runtimes/<place>/` into `dist/<place>/`. */
export function createBuildCommand(place: string): Command {
  return new Command('build')
    .description(`bundle runtimes/${place} into dist/${place}`)
    .addOption(
      new Option('--platform <platform>', 'where it is to run').choices(platforms).default(`linux/${process.arch}`),
    )
    .exitOverride()
    .action(({ platform }: { platform: Platform }) =>
      bundleProgram({
        entry: fileURLToPath(new URL(`../${place}/main.ts`, import.meta.url)),
        folder: fileURLToPath(new URL(`../../dist/${place}`, import.meta.url)),
        platform,
      }),
    )
}
