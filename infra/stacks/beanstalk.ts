import { Aws, CfnParameter, Stack, Tags, Validations } from 'aws-cdk-lib'
import { CfnApplication, CfnApplicationVersion, CfnEnvironment } from 'aws-cdk-lib/aws-elasticbeanstalk'
import { CfnInstanceProfile, ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { allow } from '../policies/allow.ts'
import { explainManaged, explainWildcards } from '../policies/exceptions.ts'
import { runInstance } from '../policies/instances.ts'
import {
  consumeRecords,
  giveUpRecords,
  keepDeadLetters,
  keepResults,
  leadPeriodicTasks,
  publishMetrics,
  readModels,
} from '../policies/servers.ts'
import { optionsOf, type Places, type Tier } from './beanstalk-options.ts'

/**
 * Application, first version and environments. The bundle is there from the beginning, since what it says of the load balancer is chosen
 * for good.
 */
export class Beanstalk extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, places: Places) {
    super(scope, id)
    const { project, environment } = settings
    const application = new CfnApplication(this, 'Application', { applicationName: `${project}-${environment}` })
    const service = this.serviceRole()
    const tiers: readonly Tier[] = settings.recordsScoredBy.includes('worker') ? ['web', 'worker'] : ['web']
    for (const tier of tiers) {
      const environmentName = `${project}-${environment}-${tier}`
      const bucket = new CfnParameter(this, `${tier}BundleBucket`, {
        description: `Where the bundle lies: package beanstalk --tier ${tier}`,
      })
      const key = new CfnParameter(this, `${tier}BundleKey`, { description: 'Its key' })
      const version = new CfnApplicationVersion(this, `${tier}Version`, {
        applicationName: application.ref,
        sourceBundle: { s3Bucket: bucket.valueAsString, s3Key: key.valueAsString },
      })
      const instance = this.instanceRole(tier, environmentName, settings, places)
      const profile = new CfnInstanceProfile(this, `${tier}Profile`, { roles: [instance.roleName] })
      const options = optionsOf(tier, settings, places, { service: service.roleArn, instanceProfile: profile.ref })
      const cfn = new CfnEnvironment(this, `${tier}Environment`, {
        applicationName: application.ref,
        environmentName,
        platformArn: `arn:${Aws.PARTITION}:elasticbeanstalk:${this.region}::platform/Docker running on 64bit Amazon Linux 2023`,
        tier: tier === 'web' ? { name: 'WebServer', type: 'Standard' } : { name: 'Worker', type: 'SQS/HTTP' },
        versionLabel: version.ref,
        optionSettings: Object.entries(options).flatMap(([namespace, values]) =>
          Object.entries(values).map(([optionName, value]) => ({ namespace, optionName, value })),
        ),
      })
      if (tier === 'worker') Tags.of(cfn).add('Component', 'worker', { priority: 200 })
      const reason = 'Owned by .ebextensions/10-environment.config, which this rule does not read.'
      Validations.of(cfn).acknowledge({ id: 'AwsSolutions-EB3', reason }, { id: 'AwsSolutions-EB4', reason })
    }
  }

  serviceRole(): Role {
    const policies = [
      'service-role/AWSElasticBeanstalkEnhancedHealth',
      'AWSElasticBeanstalkManagedUpdatesCustomerRolePolicy',
    ]
    const role = new Role(this, 'ServiceRole', {
      assumedBy: new ServicePrincipal('elasticbeanstalk.amazonaws.com'),
      managedPolicies: policies.map(name => ManagedPolicy.fromAwsManagedPolicyName(name)),
    })
    explainManaged(role, policies, 'The two policies that AWS keeps for this role as the service grows.')
    return role
  }

  instanceRole(tier: Tier, environmentName: string, settings: StageSettings, { models, queues }: Places): Role {
    const { project, apiKeys, recordsScoredBy } = settings
    const statements = [
      publishMetrics(),
      ...readModels(models),
      ...keepResults(queues),
      tier === 'web' ? keepDeadLetters(queues) : giveUpRecords(queues),
      ...(recordsScoredBy.includes(tier) ? [consumeRecords(queues)] : []),
      ...(tier === 'worker' ? [leadPeriodicTasks(this.region)] : []),
      ...runInstance({ region: this.region, environmentName, repository: project }),
      ...(apiKeys === undefined ? [] : [allow(['secretsmanager:GetSecretValue'], [apiKeys])]),
    ]
    const role = new Role(this, `${tier}InstanceRole`, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
    for (const statement of statements) role.addToPolicy(statement)
    explainWildcards(
      role,
      statements,
      'Objects of named buckets, log groups and instances of this environment, or an action that knows no resource.',
    )
    return role
  }
}
