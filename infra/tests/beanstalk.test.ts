import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { ACCOUNT, permissionsOf, REGION } from './permissions.ts'
import { aConfiguration, propertiesOf, synthesise, templateOf } from './synthesis.ts'

type Option = { readonly Namespace: string; readonly OptionName: string; readonly Value: unknown }
type Options = Record<string, Record<string, unknown>>

/** The options of an environment by namespace. */
function optionsOf(stage: string, tier: 'WebServer' | 'Worker', of?: ReturnType<typeof synthesise>): Options {
  const environments = propertiesOf(templateOf(stage, 'beanstalk', of), 'AWS::ElasticBeanstalk::Environment')
  const options: Options = {}
  for (const { OptionSettings } of environments.filter(({ Tier }) => Tier.Name === tier))
    for (const { Namespace, OptionName, Value } of OptionSettings as Option[])
      options[Namespace] = { ...options[Namespace], [OptionName]: Value }
  return options
}

const folder = fileURLToPath(new URL('../../.ebextensions', import.meta.url))

/** What the committed bundle sets, in all of its files. */
const ownedThere = readdirSync(folder).flatMap(file =>
  namesOf(parse(readFileSync(`${folder}/${file}`, 'utf8')).option_settings ?? {}),
)

function namesOf(options: Options): string[] {
  return Object.entries(options).flatMap(([namespace, values]) =>
    Object.keys(values ?? {}).map(name => `${namespace} ${name}`),
  )
}

describe.each(['dev', 'prod'])('%s', stage => {
  const web = optionsOf(stage, 'WebServer')

  test('no option is set here and in the bundle', () => {
    expect(ownedThere.length).toBeGreaterThan(40)
    expect(namesOf(web).length).toBeGreaterThan(10)
    expect(namesOf(web).filter(option => ownedThere.includes(option))).toEqual([])
  })

  test('HTTPS ends at the load balancer, with the certificate of the stage and nothing before TLS 1.2', () => {
    expect(web['aws:elbv2:listener:443']).toEqual({
      ListenerEnabled: 'true',
      Protocol: 'HTTPS',
      SSLCertificateArns: aConfiguration().stages[stage].certificate,
      SSLPolicy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
    })
  })
})

test('keys of operators are named, and never in a template', () => {
  expect(optionsOf('prod', 'WebServer')['aws:elasticbeanstalk:application:environmentsecrets']).toEqual({
    API_KEYS: aConfiguration().stages.prod.apiKeys,
  })
})

describe('the records of the queue are scored by whom the configuration names', () => {
  const scoredBy = (...names: string[]): ReturnType<typeof synthesise> => {
    const configuration = aConfiguration()
    configuration.stages.prod.recordsScoredBy = names
    return synthesise(configuration)
  }
  const consumersIn = (app: ReturnType<typeof synthesise>): string[] => {
    const variables = (tier: 'WebServer' | 'Worker') =>
      optionsOf('prod', tier, app)['aws:elasticbeanstalk:application:environment'] ?? {}
    const mappings = propertiesOf(templateOf('prod', 'functions', app), 'AWS::Lambda::EventSourceMapping')
    return [
      ...('QUEUE_URL' in variables('WebServer') ? ['web'] : []),
      ...('WorkerQueueURL' in (optionsOf('prod', 'Worker', app)['aws:elasticbeanstalk:sqsd'] ?? {}) ? ['worker'] : []),
      ...(mappings.some(({ EventSourceArn }) => JSON.stringify(EventSourceArn).includes('Records'))
        ? ['function']
        : []),
    ]
  }

  test.each([[['web']], [['worker']], [['function']], [['worker', 'function']]])('%s', names => {
    expect(consumersIn(scoredBy(...names))).toEqual(names)
  })

  test('and by one of them as committed, on both stages', () => {
    const { dev, prod } = aConfiguration().stages
    expect([dev.recordsScoredBy, prod.recordsScoredBy]).toEqual([['function'], ['worker']])
    expect(propertiesOf(templateOf('dev', 'beanstalk'), 'AWS::ElasticBeanstalk::Environment')).toHaveLength(1)
  })
})

test('the worker tier is paid under its own component', () => {
  const environments = propertiesOf(templateOf('prod', 'beanstalk'), 'AWS::ElasticBeanstalk::Environment')
  const components = environments.map(({ Tier, Tags }) => [
    Tier.Name,
    Tags.find(({ Key }: { Key: string }) => Key === 'Component')?.Value,
  ])
  expect(components).toEqual([
    ['WebServer', 'web'],
    ['Worker', 'worker'],
  ])
})

const MODELS = `arn:aws:s3:::model-serving-prod-models-${ACCOUNT}`
const RESULTS = `arn:aws:s3:::model-serving-prod-results-${ACCOUNT}`
const RECORDS = `arn:aws:sqs:${REGION}:${ACCOUNT}:model-serving-prod-records`
const DEAD_LETTERS = `arn:aws:sqs:${REGION}:${ACCOUNT}:DeadLetters`
const PLATFORM = `arn:aws:s3:::elasticbeanstalk-${REGION}-${ACCOUNT}`
const INSTANCE = `arn:aws:ec2:${REGION}:${ACCOUNT}:instance/i-0`
const CRON_TABLE = `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/awseb-e-x-stack-AWSEBWorkerCronLeaderRegistry-Y`
const KEYS = aConfiguration().stages.prod.apiKeys

describe.each(['web', 'worker'])('an instance of the %s environment', tier => {
  const { may, anywhere } = permissionsOf('prod', 'beanstalk', `${tier}InstanceRole`)
  const own = { 'ec2:ResourceTag/elasticbeanstalk:environment-name': `model-serving-prod-${tier}` }

  test.each<[string, string, Record<string, string>?]>([
    ['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'ModelServing' }],
    ['s3:GetObject', `${MODELS}/models/churn/1/model.onnx`],
    ['s3:ListBucket', MODELS],
    ['s3:PutObject', `${RESULTS}/results/churn/1.json`],
    ['s3:GetObject', `${RESULTS}/results/churn/1.json`],
    ['sqs:SendMessage', DEAD_LETTERS],
    ['secretsmanager:GetSecretValue', KEYS],
    ['ecr:BatchGetImage', `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/model-serving`],
    ['s3:GetObject', `${PLATFORM}/model-serving-prod/bundle.zip`],
    ['ec2:ModifyInstanceMetadataOptions', INSTANCE, own],
    [
      'logs:PutLogEvents',
      `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/aws/elasticbeanstalk/model-serving-prod-${tier}/var:log-stream:i`,
    ],
  ])('may %s on %s', (action, resource, context) => {
    expect(may(action, resource, context)).toBe(true)
  })

  test.each<[string, string, Record<string, string>?]>([
    ['cloudwatch:PutMetricData', '*', { 'cloudwatch:namespace': 'AWS/EC2' }],
    ['cloudwatch:PutMetricData', '*'],
    ['s3:PutObject', `${MODELS}/models/churn/1/model.onnx`],
    ['s3:DeleteObject', `${MODELS}/models/churn/1/model.onnx`],
    ['s3:DeleteObject', `${RESULTS}/results/churn/1.json`],
    ['s3:GetObject', `${RESULTS}/aws/lambda/given-up.json`],
    ['s3:GetObject', 'arn:aws:s3:::another/models/churn/1/model.onnx'],
    ['s3:PutObject', `${PLATFORM}/model-serving-prod/bundle.zip`],
    ['sqs:PurgeQueue', RECORDS],
    ['sqs:DeleteQueue', DEAD_LETTERS],
    ['secretsmanager:GetSecretValue', `arn:aws:secretsmanager:${REGION}:${ACCOUNT}:secret:another`],
    ['ecr:PutImage', `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/model-serving`],
    ['ec2:ModifyInstanceMetadataOptions', INSTANCE, { 'ec2:ResourceTag/elasticbeanstalk:environment-name': 'another' }],
    ['ec2:TerminateInstances', INSTANCE, own],
    ['elasticbeanstalk:UpdateEnvironment', '*'],
    ['lambda:InvokeFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:model-serving-prod`],
    ['iam:PassRole', '*'],
    ['sts:AssumeRole', '*'],
  ])('may not %s on %s', (action, resource, context) => {
    expect(may(action, resource, context)).toBe(false)
  })

  test('has on everything only what AWS knows no resource for', () => {
    expect(anywhere).toEqual([
      'cloudwatch:PutMetricData',
      'ecr:GetAuthorizationToken',
      'elasticbeanstalk:PutInstanceStatistics',
    ])
  })
})

test('the worker takes records off the queue and plans tasks; it cannot read dead letters', () => {
  const { may } = permissionsOf('prod', 'beanstalk', 'workerInstanceRole')
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:SendMessage']) {
    expect(may(action, RECORDS), action).toBe(true)
    expect(may(action, DEAD_LETTERS), action).toBe(action === 'sqs:SendMessage')
  }
  expect(may('dynamodb:PutItem', CRON_TABLE)).toBe(true)
  expect(may('dynamodb:PutItem', `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/another`)).toBe(false)
  expect(may('dynamodb:DeleteTable', CRON_TABLE)).toBe(false)
})

test('the web environment lists and discards dead letters; the queue it leaves to the worker', () => {
  const { may } = permissionsOf('prod', 'beanstalk', 'webInstanceRole')
  for (const action of ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:SendMessage']) {
    expect(may(action, DEAD_LETTERS), action).toBe(true)
    expect(may(action, RECORDS), action).toBe(false)
  }
  expect(may('dynamodb:PutItem', CRON_TABLE)).toBe(false)
})
