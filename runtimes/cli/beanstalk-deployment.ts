import { DEFAULT_DEPLOYMENT, type Deployment } from '@scaling-mlops/adapters/beanstalk'
import { nearest } from '@scaling-mlops/core'
import { z } from 'zod'
import { ConfigurationError, readConfiguration } from '../configuration/read-configuration.ts'
import {
  type Configuration,
  environmentName,
  type SettingKey,
  settingKeys,
  settings,
} from '../configuration/settings.ts'

const text = z.string().min(1)
const names = z.array(text).min(1)

/** What "beanstalk" in the configuration file may say. Formats that are Elastic Beanstalk's are checked where its options are. */
const schema = z.strictObject({
  tier: z.enum(['web', 'worker']).optional(),
  certificate: text.optional(),
  network: z
    .strictObject({
      vpc: text,
      instanceSubnets: names,
      loadBalancerSubnets: names.optional(),
      publicAddresses: z.boolean().default(false),
      internal: z.boolean().default(false),
    })
    .optional(),
  serviceRole: text.optional(),
  instanceProfile: text.optional(),
  instanceTypes: names.optional(),
  architecture: z.enum(['arm64', 'x86_64']).optional(),
  minimum: z.int().min(1).optional(),
  maximum: z.int().min(1).optional(),
  targetUtilization: z.number().min(1).max(100).optional(),
  warmupSeconds: z.int().min(0).max(3600).optional(),
  acceptableDelaySeconds: z.int().min(1).max(86_400).optional(),
  messageMilliseconds: z.number().positive().optional(),
  workerQueueName: z
    .string()
    .regex(/^[\w-]{1,80}$/, 'must be the name of a standard queue in SQS')
    .optional(),
  policy: z.enum(['RollingWithAdditionalBatch', 'Immutable', 'TrafficSplitting']).optional(),
  latencyMilliseconds: z.number().positive().optional(),
  alarmEmail: z.email().optional(),
  accessLogsBucket: text.optional(),
  secrets: z.record(z.string(), text).optional(),
  tags: z.record(text, z.string()).optional(),
})

/** Settings that say how one machine is used, and those that the platform gives. */
const OF_THE_PLACE: readonly SettingKey[] = ['port', 'host', 'dataDir', 'workerTier', 'queueUrl', 'deadLetterQueueUrl']

/**
 * The deployment that a configuration file describes: "beanstalk" for what the account and the fleet are, the file's settings for the
 * container. Throws a ConfigurationError with everything that is wrong.
 */
export function readDeployment(file: Readonly<Record<string, unknown>>, tier?: Deployment['tier']): Deployment {
  const { configuration, origins } = readConfiguration({ flags: {}, environment: {}, file })
  const parsed = schema.safeParse(file.beanstalk ?? {})
  if (!parsed.success) throw new ConfigurationError(parsed.error.issues.map(toProblem))
  const { policy, secrets = {}, ...given } = parsed.data
  const deployment: Deployment = {
    ...DEFAULT_DEPLOYMENT,
    ...defined({ ...given, policy, tier: tier ?? given.tier }),
    secrets,
    variables: {},
  }
  const fromFile = settingKeys.filter(key => origins[key] === 'file')
  const problems = [
    ...judge(deployment),
    ...judgePlaces(deployment, configuration),
    ...inTheOpen(fromFile),
    ...unknownSecrets(secrets),
  ]
  if (problems.length > 0) throw new ConfigurationError(problems)
  const isWorker = deployment.tier === 'worker'
  return {
    ...deployment,
    workerQueueUrl: isWorker ? configuration.queueUrl : undefined,
    deadLetterQueueUrl: configuration.deadLetterQueueUrl,
    variables: Object.fromEntries([
      ...fromFile
        .filter(key => !OF_THE_PLACE.includes(key) && !isLocalRepository(key, configuration[key]))
        .map(key => [environmentName(key), toText(file[key])]),
      ...(isWorker || configuration.queueUrl === undefined ? [] : [['QUEUE_URL', configuration.queueUrl]]),
    ]),
  }
}

function judge({ tier, minimum, maximum, certificate, accessLogsBucket }: Deployment): string[] {
  return [
    ...(minimum > maximum ? [`beanstalk.minimum ${minimum} is above beanstalk.maximum ${maximum}`] : []),
    ...(tier === 'worker' && (certificate ?? accessLogsBucket) !== undefined
      ? ['a worker tier has no load balancer: leave beanstalk.certificate and beanstalk.accessLogsBucket out']
      : []),
  ]
}

/** What a worker tier needs of places, and what it may not be given twice. */
function judgePlaces(
  { tier, workerQueueName }: Deployment,
  { queueUrl, deadLetterQueueUrl, resultsUrl }: Configuration,
): string[] {
  if (tier !== 'worker') return []
  if (workerQueueName !== undefined)
    return Object.entries({ queueUrl, deadLetterQueueUrl, resultsUrl })
      .filter(([, url]) => url !== undefined)
      .map(([key]) => `${key} must be left out where beanstalk.workerQueueName says that the environment is given it`)
  return [
    ...(resultsUrl === undefined
      ? [
          'resultsUrl must be set for a worker tier: s3://bucket/prefix or the URL of a queue; its instances keep nothing',
        ]
      : []),
    ...(queueUrl !== undefined && deadLetterQueueUrl === undefined
      ? [
          'deadLetterQueueUrl must be set for a worker tier with a queueUrl of its own: Elastic Beanstalk makes neither queue then',
        ]
      : []),
  ]
}

function inTheOpen(keys: readonly SettingKey[]): string[] {
  return keys
    .filter(key => settings[key].isSecret)
    .map(
      key =>
        `${key} may not be written into a bundle: keep it in Secrets Manager and name it in beanstalk.secrets, {"${environmentName(key)}": "arn:…"}`,
    )
}

function unknownSecrets(secrets: Readonly<Record<string, string>>): string[] {
  const known = settingKeys.map(environmentName)
  return Object.keys(secrets)
    .filter(name => !known.includes(name))
    .map(name => `beanstalk.secrets: "${name}" is no setting${suggestion(name, known)}`)
}

/** A folder of this machine is not there in the container, which brings its own. */
function isLocalRepository(key: SettingKey, value: unknown): boolean {
  return key === 'modelRepository' && !String(value).startsWith('s3://')
}

/** The value of a setting as an environment variable says it. */
function toText(value: unknown): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object' || value === null) return String(value)
  return Object.entries(value)
    .map(([name, one]) => `${name}=${one}`)
    .join(',')
}

function defined<T extends object>(values: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

function toProblem(issue: z.core.$ZodIssue): string {
  const at = ['beanstalk', ...issue.path].join('.')
  if (issue.code === 'unrecognized_keys' && issue.path.length === 0)
    return issue.keys.map(key => `${at}.${key} is not known${suggestion(key, Object.keys(schema.shape))}`).join('; ')
  return `${at}: ${issue.message}`
}

function suggestion(name: string, known: readonly string[]): string {
  const near = nearest(name, known)
  return near === undefined ? '' : `; did you mean "${near}"?`
}
