import { CfnOutput, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { Repository, TagMutability, TagStatus } from 'aws-cdk-lib/aws-ecr'
import { CfnOIDCProvider, type PolicyStatement, Role, WebIdentityPrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { deployBeanstalk, deployFunction, pushImages } from '../policies/delivery.ts'
import { explainWildcards } from '../policies/exceptions.ts'

const ISSUER = 'token.actions.githubusercontent.com'

/** Where images are kept, and what the workflows of one GitHub repository may do without a stored key. */
export class Delivery extends Stack {
  constructor(scope: Construct, id: string, { project, environment }: StageSettings, github: string) {
    super(scope, id)
    const images = new Repository(this, 'Images', {
      repositoryName: project,
      imageScanOnPush: true,
      imageTagMutability: TagMutability.IMMUTABLE,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        // a manifest's own images have no tag either, but ECR keeps them as long as the manifest
        { rulePriority: 1, tagStatus: TagStatus.UNTAGGED, maxImageAge: Duration.days(14) },
        { rulePriority: 2, tagStatus: TagStatus.TAGGED, tagPatternList: ['*'], maxImageCount: 50 },
      ],
    })
    const provider = new CfnOIDCProvider(this, 'GitHub', {
      url: `https://${ISSUER}`,
      clientIdList: ['sts.amazonaws.com'],
    })

    const makeRole = (name: string, statements: readonly PolicyStatement[]): void => {
      const claims = { [`${ISSUER}:aud`]: 'sts.amazonaws.com', [`${ISSUER}:sub`]: `repo:${github}:environment:${name}` }
      const role = new Role(this, `${name}Role`, {
        assumedBy: new WebIdentityPrincipal(provider.attrArn, { StringEquals: claims }),
        maxSessionDuration: Duration.hours(1),
      })
      for (const statement of statements) role.addToPolicy(statement)
      explainWildcards(
        role,
        statements,
        'Versions of one application or function, or an action that knows no resource.',
      )
      new CfnOutput(this, `${name}RoleArn`, {
        value: role.roleArn,
        description: `AWS_ROLE_ARN of the environment ${name}`,
      })
    }
    const application = `${project}-${environment}`
    makeRole('registry', pushImages(images.repositoryArn))
    makeRole('production', [
      ...deployBeanstalk(this.region, application, `${application}-web`),
      ...deployFunction(this.region, application),
    ])
  }
}
