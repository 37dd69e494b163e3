import type { Command } from 'commander'
import { registerDeployBeanstalk } from './deploy-beanstalk.ts'
import { registerDeployLambda } from './deploy-lambda.ts'

export function registerDeploy(program: Command): void {
  const deploy = program
    .command('deploy')
    .summary('bring a version to AWS, watch it, go back if it fails')
    .description(
      'Brings a version to AWS, watches it, asks it the golden rows, and goes back to the previous one if it fails.',
    )
  registerDeployBeanstalk(deploy)
  registerDeployLambda(deploy)
}
