import { type Command, Option } from 'commander'
import { withOutputFlags } from './output.ts'
import type { PackageSbomFlags } from './run-package-sbom.ts'

export function registerPackageSbom(packaging: Command): void {
  const verb = packaging
    .command('sbom')
    .summary('a software bill of materials, as CycloneDX')
    .description(
      'Writes what the image or the function is built from, by package-lock.json: each package with version, licence, hash and who asks for it. It takes no network, and the same lock file gives the same bytes.',
    )
    .addOption(new Option('--of <what>', 'what is built').choices(['image', 'lambda']).default('image'))
    .addOption(new Option('--arch <name>', 'architecture of it').choices(['x64', 'arm64']).default('arm64'))
    .option('--out <file>', 'the bill (default: dist/sbom-OF-ARCH.cdx.json)')
    .addHelpText(
      'before',
      ['Examples:', '  scaling-mlops package sbom', '  scaling-mlops package sbom --of lambda --arch x64', ''].join(
        '\n',
      ),
    )
    .action(async (flags: PackageSbomFlags) => {
      const { runPackageSbom } = await import('./run-package-sbom.ts')
      await runPackageSbom(flags)
    })
  withOutputFlags(verb)
}
