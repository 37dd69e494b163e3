import type { Command } from 'commander'
import { registerPackageBeanstalk } from './package-beanstalk.ts'
import { registerPackageLambda } from './package-lambda.ts'
import { registerPackageSbom } from './package-sbom.ts'

export function registerPackage(program: Command): void {
  const packaging = program
    .command('package')
    .summary('write what is deployed')
    .description('Writes archives that AWS takes: the same input gives the same bytes.')
  registerPackageBeanstalk(packaging)
  registerPackageLambda(packaging)
  registerPackageSbom(packaging)
}
