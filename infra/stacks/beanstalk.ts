import { CfnParameter, Stack, Tags, Validations } from 'aws-cdk-lib'
import { CfnApplication, CfnApplicationVersion, CfnEnvironment } from 'aws-cdk-lib/aws-elasticbeanstalk'
import { CfnInstanceProfile, ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { explainManaged, explainWildcards, placesOf, publishMetrics, readModels, workOnRecords } from '../policies.ts'
import type { Models } from './models.ts'
import type { Network } from './network.ts'
import type { Queues } from './queues.ts'

type Places = { readonly network: Network; readonly models: Models; readonly queues: Queues }
type Options = Record<string, Record<string, string>>

/**
 * Application, first version and environments. Only what an account knows is set here: what is set here could never be changed by
 * `.ebextensions`, which own everything else. The bundle is there from the beginning, since its load balancer is chosen for good.
 */
export class Beanstalk extends Stack {
  constructor(scope: Construct, id: string, settings: StageSettings, places: Places) {
    super(scope, id)
    const { project, environment } = settings
    const application = new CfnApplication(this, 'Application', { applicationName: `${project}-${environment}` })
    const tiers = settings.withWorker ? (['web', 'worker'] as const) : (['web'] as const)
    const service = this.serviceRole()
    for (const tier of tiers) {
      const environmentName = `${project}-${environment}-${tier}`
      const bucket = new CfnParameter(this, `${tier}BundleBucket`, {
        description: `Where the bundle lies: package beanstalk, tier ${tier}`,
      })
      const key = new CfnParameter(this, `${tier}BundleKey`, { description: 'Its key' })
      const version = new CfnApplicationVersion(this, `${tier}Version`, {
        applicationName: application.ref,
        sourceBundle: { s3Bucket: bucket.valueAsString, s3Key: key.valueAsString },
      })
      const instance = this.instanceRole(tier, environmentName, settings, places)
      const profile = new CfnInstanceProfile(this, `${tier}Profile`, { roles: [instance.roleName] })
      const options: Options = {
        ...commonOptions(settings, places, service.roleArn, profile.ref),
        ...(tier === 'web'
          ? webOptions(settings, places)
          : { 'aws:elasticbeanstalk:sqsd': { WorkerQueueURL: places.queues.records.queueUrl } }),
      }
      const cfn = new CfnEnvironment(this, `${tier}Environment`, {
        applicationName: application.ref,
        environmentName,
        platformArn: `arn:aws:elasticbeanstalk:${this.region}::platform/Docker running on 64bit Amazon Linux 2023`,
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

  instanceRole(tier: string, name: string, { project, apiKeys }: StageSettings, { models, queues }: Places): Role {
    const role = new Role(this, `${tier}InstanceRole`, { assumedBy: new ServicePrincipal('ec2.amazonaws.com') })
    const own = { StringEquals: { 'ec2:ResourceTag/elasticbeanstalk:environment-name': name } }
    const arn = (service: string, resource: string): string =>
      `arn:aws:${service}:${this.region}:${this.account}:${resource}`
    const platform = `arn:aws:s3:::elasticbeanstalk-${this.region}-${this.account}`
    const statements = [
      publishMetrics(),
      ...readModels(models),
      ...workOnRecords(queues),
      new PolicyStatement({
        actions: ['ec2:ModifyInstanceMetadataOptions'],
        resources: [arn('ec2', 'instance/*')],
        conditions: own,
      }),
      new PolicyStatement({ actions: ['elasticbeanstalk:PutInstanceStatistics'], resources: ['*'] }),
      new PolicyStatement({ actions: ['s3:GetObject'], resources: [`${platform}/*`] }),
      new PolicyStatement({ actions: ['s3:PutObject'], resources: [`${platform}/resources/environments/logs/*`] }),
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups'],
        resources: [arn('logs', `log-group:/aws/elasticbeanstalk/${name}*`)],
      }),
      new PolicyStatement({ actions: ['ecr:GetAuthorizationToken'], resources: ['*'] }),
      new PolicyStatement({
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
        resources: [arn('ecr', `repository/${project}`)],
      }),
      ...(apiKeys === undefined
        ? []
        : [new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [apiKeys] })]),
    ]
    for (const statement of statements) role.addToPolicy(statement)
    const starred = statements.flatMap(({ resources }) => resources).filter(resource => resource.endsWith('*'))
    explainWildcards(
      role,
      starred,
      'Objects of named buckets, log groups and instances of this environment, or an action that knows no resource.',
    )
    return role
  }
}

function commonOptions(
  settings: StageSettings,
  { network, models, queues }: Places,
  serviceRole: string,
  profile: string,
): Options {
  const hasNat = settings.natGateways > 0
  const subnets = hasNat ? network.vpc.privateSubnets : network.vpc.publicSubnets
  return {
    'aws:elasticbeanstalk:environment': { ServiceRole: serviceRole },
    'aws:autoscaling:launchconfiguration': {
      IamInstanceProfile: profile,
      SecurityGroups: network.instances.securityGroupId,
      DisableDefaultEC2SecurityGroup: 'true',
    },
    'aws:ec2:vpc': {
      VPCId: network.vpc.vpcId,
      Subnets: subnets.map(({ subnetId }) => subnetId).join(','),
      AssociatePublicIpAddress: String(!hasNat),
    },
    'aws:elasticbeanstalk:application:environment': placesOf(models, queues),
    ...(settings.apiKeys !== undefined && {
      'aws:elasticbeanstalk:application:environmentsecrets': { API_KEYS: settings.apiKeys },
    }),
  }
}

function webOptions({ natGateways, certificate }: StageSettings, { network }: Places): Options {
  const { vpc, loadBalancer } = network
  const subnets = natGateways > 0 ? vpc.privateSubnets : vpc.publicSubnets
  return {
    'aws:ec2:vpc': {
      VPCId: vpc.vpcId,
      Subnets: subnets.map(({ subnetId }) => subnetId).join(','),
      AssociatePublicIpAddress: String(natGateways === 0),
      ELBSubnets: vpc.publicSubnets.map(({ subnetId }) => subnetId).join(','),
      ELBScheme: 'public',
    },
    'aws:elbv2:loadbalancer': {
      SecurityGroups: loadBalancer.securityGroupId,
      ManagedSecurityGroup: loadBalancer.securityGroupId,
    },
    'aws:elbv2:listener:443': {
      ListenerEnabled: 'true',
      Protocol: 'HTTPS',
      SSLCertificateArns: certificate,
      SSLPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    },
  }
}
