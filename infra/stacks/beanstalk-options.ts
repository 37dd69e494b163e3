import type { StageSettings } from '../configuration.ts'
import type { Models } from './models.ts'
import type { Network } from './network.ts'
import type { Queues } from './queues.ts'

export type Places = { readonly network: Network; readonly models: Models; readonly queues: Queues }
export type Tier = 'web' | 'worker'
/** Values by namespace and name, as Elastic Beanstalk spells them. */
export type Options = Record<string, Record<string, string>>

/**
 * What only an account knows of an environment. What is set here could never be changed by `.ebextensions`, so nothing of theirs stands
 * here: a test compares both.
 */
export function optionsOf(
  tier: Tier,
  settings: StageSettings,
  places: Places,
  roles: { readonly service: string; readonly instanceProfile: string },
): Options {
  const { network, queues } = places
  const { apiKeys, natGateways } = settings
  const { vpc } = network
  const subnets = natGateways > 0 ? vpc.privateSubnets : vpc.publicSubnets
  return {
    'aws:elasticbeanstalk:environment': { ServiceRole: roles.service },
    'aws:autoscaling:launchconfiguration': {
      IamInstanceProfile: roles.instanceProfile,
      SecurityGroups: network.instances.securityGroupId,
      DisableDefaultEC2SecurityGroup: 'true',
    },
    'aws:ec2:vpc': {
      VPCId: vpc.vpcId,
      Subnets: subnets.map(({ subnetId }) => subnetId).join(','),
      AssociatePublicIpAddress: String(natGateways === 0),
      ...(tier === 'web' && {
        ELBSubnets: vpc.publicSubnets.map(({ subnetId }) => subnetId).join(','),
        ELBScheme: 'public',
      }),
    },
    'aws:elasticbeanstalk:application:environment': variablesOf(tier, settings, places),
    ...(apiKeys !== undefined && {
      'aws:elasticbeanstalk:application:environmentsecrets': { API_KEYS: apiKeys },
    }),
    ...(tier === 'web'
      ? ofLoadBalancer(settings, network)
      : { 'aws:elasticbeanstalk:sqsd': { WorkerQueueURL: queues.records.queueUrl } }),
  }
}

/** Where servers find models, records and results. A web environment that knows the queue's URL scores what comes through it. */
function variablesOf(
  tier: Tier,
  { recordsScoredBy }: StageSettings,
  { models, queues }: Places,
): Record<string, string> {
  return {
    MODEL_REPOSITORY: models.url,
    DEAD_LETTER_QUEUE_URL: queues.deadLetters.queueUrl,
    RESULTS_URL: queues.resultsUrl,
    ...(recordsScoredBy.includes(tier) && { QUEUE_URL: queues.records.queueUrl }),
  }
}

function ofLoadBalancer({ certificate }: StageSettings, { loadBalancer }: Network): Options {
  return {
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
