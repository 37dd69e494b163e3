import { Aws, Validations } from 'aws-cdk-lib'
import type { PolicyStatement, Role } from 'aws-cdk-lib/aws-iam'

/** Tells cdk-nag why policies of a role name resources with a star. */
export function explainWildcards(role: Role, statements: readonly PolicyStatement[], reason: string): void {
  const starred = statements.flatMap(({ resources }) => resources).filter(resource => resource.includes('*'))
  for (const resource of starred)
    Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[Resource::${asTold(resource)}]`, reason })
}

/** Tells cdk-nag why a role has policies that AWS keeps. */
export function explainManaged(role: Role, policies: readonly string[], reason: string): void {
  for (const name of policies)
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason,
    })
}

/** cdk-nag names what only a deployment knows in pointed brackets. */
function asTold(resource: string): string {
  return resource
    .replaceAll(Aws.PARTITION, '<AWS::Partition>')
    .replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')
    .replaceAll(Aws.REGION, '<AWS::Region>')
}
