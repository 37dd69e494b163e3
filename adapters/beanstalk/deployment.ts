import { SHIPPED_POLICY } from '@scaling-mlops/core/capacity'

/** What an environment is to be. The defaults hold nothing of any account, so what they make deploys everywhere. */
export type Deployment = {
  /** Behind a load balancer, or behind a queue whose messages the worker daemon posts. */
  readonly tier: 'web' | 'worker'
  /** ARN in ACM; with it there is HTTPS, and port 80 redirects. */
  readonly certificate?: string | undefined
  readonly network?: Network | undefined
  readonly serviceRole?: string | undefined
  readonly instanceProfile?: string | undefined
  /** In order of preference; without Spot only the first is used. */
  readonly instanceTypes: readonly string[]
  readonly architecture: 'arm64' | 'x86_64'
  readonly minimum: number
  readonly maximum: number
  /** Of WorkerUtilization, in percent. */
  readonly targetUtilization: number
  readonly warmupSeconds: number
  /** How long a message may wait in the queue of a worker tier. */
  readonly acceptableDelaySeconds: number
  /** How long one message takes an instance, all its workers together; with the delay it makes the backlog that is kept. */
  readonly messageMilliseconds: number
  readonly policy: 'RollingWithAdditionalBatch' | 'Immutable' | 'TrafficSplitting'
  /** p99 at the load balancer above which an alarm goes. */
  readonly latencyMilliseconds: number
  readonly alarmEmail?: string | undefined
  readonly accessLogsBucket?: string | undefined
  /** The queue of a worker tier, in place of Elastic Beanstalk's own. */
  readonly workerQueueUrl?: string | undefined
  /**
   * The name of a queue that is given to the environment from outside, with the places of dead letters and results: nothing of these is said
   * here then.
   */
  readonly workerQueueName?: string | undefined
  /** Where dead letters go, by URL. */
  readonly deadLetterQueueUrl?: string | undefined
  /** Environment variables of the container, more than the project's own. */
  readonly variables: Readonly<Record<string, string>>
  /** Environment variables whose values are kept in Secrets Manager or SSM: their ARNs. */
  readonly secrets: Readonly<Record<string, string>>
  /** Of the resources that this project adds. */
  readonly tags: Readonly<Record<string, string>>
}

export type Network = {
  readonly vpc: string
  /** One in each zone. */
  readonly instanceSubnets: readonly string[]
  readonly loadBalancerSubnets?: readonly string[] | undefined
  /** Whether instances have public addresses; without they need a way to AWS, a NAT gateway or endpoints. */
  readonly publicAddresses: boolean
  /** A load balancer that only the network reaches. */
  readonly internal: boolean
}

const { scaling, instance, minimum, maximum, warmupSeconds, latencyTargetMilliseconds } = SHIPPED_POLICY

/** The values of the policy that the simulator found; the load balancer adds nothing to them. */
export const DEFAULT_DEPLOYMENT: Deployment = {
  tier: 'web',
  instanceTypes: [instance.type],
  architecture: 'arm64',
  minimum,
  maximum,
  targetUtilization: scaling.kind === 'target_tracking' ? scaling.target : 65,
  warmupSeconds,
  acceptableDelaySeconds: 60,
  messageMilliseconds: instance.service.meanMilliseconds / instance.slots,
  policy: 'RollingWithAdditionalBatch',
  latencyMilliseconds: latencyTargetMilliseconds,
  variables: {},
  secrets: {},
  tags: { Project: 'model-serving' },
}
