import { DEFAULT_DEPLOYMENT, type Deployment, toEnvironmentFiles } from '@scaling-mlops/adapters/beanstalk'
import { parse } from 'yaml'

/** Everything that an account may add to a load-balanced environment, as one account would. */
export const IN_AN_ACCOUNT: Deployment = {
  ...DEFAULT_DEPLOYMENT,
  certificate: 'arn:aws:acm:eu-central-1:123456789012:certificate/0a1b2c3d-0000-4000-8000-000000000000',
  network: {
    vpc: 'vpc-0a1b2c3d',
    instanceSubnets: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'],
    loadBalancerSubnets: ['subnet-0a1b2c30', 'subnet-0a1b2c31'],
    publicAddresses: false,
    internal: false,
  },
  serviceRole: 'model-serving-service',
  instanceProfile: 'model-serving-instance',
  instanceTypes: ['c7g.large', 'c8g.large'],
  alarmEmail: 'operations@example.com',
  accessLogsBucket: 'access-logs',
  deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters',
  variables: { MAX_WAIT_MS: '67' },
  secrets: { API_KEYS: 'arn:aws:secretsmanager:eu-central-1:123456789012:secret:api-keys-a1b2c3' },
  tags: { Project: 'model-serving', Owner: 'risk' },
}

export const WORKERS: Deployment = {
  ...DEFAULT_DEPLOYMENT,
  tier: 'worker',
  variables: { RESULTS_URL: 's3://results/scored' },
}

export const WORKERS_WITH_OWN_QUEUE: Deployment = {
  ...WORKERS,
  workerQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/records',
  deadLetterQueueUrl: 'https://sqs.eu-central-1.amazonaws.com/123456789012/dead-letters',
}

/** The environment is given queue, dead letters and results by whoever makes it. */
export const WORKERS_WITH_GIVEN_QUEUE: Deployment = {
  ...DEFAULT_DEPLOYMENT,
  tier: 'worker',
  workerQueueName: 'model-serving-prod-records',
}

type Options = Readonly<Record<string, Readonly<Record<string, string>>>>
type Resources = Readonly<
  Record<string, { readonly Type: string; readonly Properties: Readonly<Record<string, unknown>> }>
>

/** What Elastic Beanstalk makes of the files: all options and all resources, later files over earlier ones. */
export function read(files: ReadonlyMap<string, string>): { readonly options: Options; readonly resources: Resources } {
  const documents = [...files].filter(([path]) => path.endsWith('.config')).map(([, text]) => parse(text))
  return {
    options: Object.assign({}, ...documents.map(document => document.option_settings)),
    resources: Object.assign({}, ...documents.map(document => document.Resources)),
  }
}

export function readDeploymentOf(deployment: Deployment): ReturnType<typeof read> {
  return read(toEnvironmentFiles(deployment))
}
