import { readFileSync } from 'node:fs'
import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { readConfiguration } from '../configuration.ts'
import { actionsOf, committed, type Option, statementsOf, templateOf } from './synthesis.ts'

test('every problem of a configuration is told at once', () => {
  const broken = structuredClone(committed)
  broken.owner = ''
  broken.stages.dev.natGateways = 9
  broken.stages.prod.region = 'Frankfurt'
  expect(() => readConfiguration(broken)).toThrow(
    /3 problem[\s\S]*owner[\s\S]*stages\.dev\.natGateways[\s\S]*stages\.prod\.region/,
  )
})

describe.each(['dev', 'prod'])('%s', stage => {
  test('from outside only HTTPS is let in, and instances hear the load balancer alone', () => {
    const template = templateOf(stage, 'network')
    const open = Object.values(template.findResources('AWS::EC2::SecurityGroup')).flatMap(
      ({ Properties }) => Properties.SecurityGroupIngress ?? [],
    )
    expect(open).toEqual([expect.objectContaining({ CidrIp: '0.0.0.0/0', FromPort: 443, ToPort: 443 })])
    template.resourcePropertiesCountIs(
      'AWS::EC2::SecurityGroupIngress',
      { FromPort: 80, SourceSecurityGroupId: Match.anyValue() },
      1,
    )
    template.resourceCountIs('AWS::EC2::SecurityGroupIngress', 1)
    template.resourceCountIs('AWS::EC2::NatGateway', 0)
  })

  test('models are versioned, encrypted, private, and travel by TLS only', () => {
    const template = templateOf(stage, 'models')
    template.hasResourceProperties('AWS::S3::Bucket', {
      VersioningConfiguration: { Status: 'Enabled' },
      BucketEncryption: Match.anyValue(),
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
    })
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    })
  })

  test('dead letters outlive records, come from this queue alone, and raise an alarm', () => {
    const template = templateOf(stage, 'queues')
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `model-serving-${stage}-records`,
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 5 },
      SqsManagedSseEnabled: true,
    })
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: { redrivePermission: 'byQueue' },
      SqsManagedSseEnabled: true,
    })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Threshold: 0,
    })
  })

  test('no option is set here and in .ebextensions', () => {
    const { option_settings: owned } = parse(
      readFileSync(new URL('../../.ebextensions/10-environment.config', import.meta.url), 'utf8'),
    )
    const ownedThere = Object.entries(owned).flatMap(([namespace, options]) =>
      Object.keys(options ?? {}).map(name => `${namespace} ${name}`),
    )
    const ownedHere = Object.values(
      templateOf(stage, 'beanstalk').findResources('AWS::ElasticBeanstalk::Environment'),
    ).flatMap(({ Properties }) =>
      Properties.OptionSettings.map(({ Namespace, OptionName }: Option) => `${Namespace} ${OptionName}`),
    )
    expect(ownedThere.length).toBeGreaterThan(40)
    expect(ownedHere.length).toBeGreaterThan(10)
    expect(ownedHere.filter(option => ownedThere.includes(option))).toEqual([])
  })

  test('metrics are published to the namespace ModelServing alone', () => {
    const publishing = statementsOf(templateOf(stage, 'beanstalk')).filter(s =>
      actionsOf(s).includes('cloudwatch:PutMetricData'),
    )
    expect(publishing.length).toBeGreaterThan(0)
    for (const { Condition } of publishing)
      expect(Condition).toEqual({ StringEquals: { 'cloudwatch:namespace': 'ModelServing' } })
  })

  test.each(['beanstalk', 'functions'])(
    '%s: no action with a star, nothing deleted but messages, a star as resource only where AWS knows none',
    stack => {
      const statements = statementsOf(templateOf(stage, stack))
      const actions = statements.flatMap(actionsOf)
      expect(actions.filter(action => action.includes('*'))).toEqual([])
      expect(actions.filter(action => /delete|iam:|Queue$/i.test(action) && action !== 'sqs:DeleteMessage')).toEqual([])
      const anywhere = statements.filter(({ Resource }) => Resource === '*').flatMap(actionsOf)
      const known = ['cloudwatch:PutMetricData', 'ecr:GetAuthorizationToken', 'elasticbeanstalk:PutInstanceStatistics']
      expect(anywhere.filter(action => !known.includes(action))).toEqual([])
    },
  )

  test('one bad record neither repeats its batch nor blocks its shard', () => {
    const template = templateOf(stage, 'functions')
    const mappings = Object.values(template.findResources('AWS::Lambda::EventSourceMapping')).map(
      ({ Properties }) => Properties,
    )
    expect(mappings.map(({ FunctionResponseTypes }) => FunctionResponseTypes)).toEqual([
      ['ReportBatchItemFailures'],
      ['ReportBatchItemFailures'],
    ])
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
    })
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Qualifier: 'live' })
    template.hasResourceProperties('AWS::Lambda::Function', { Architectures: ['arm64'], Runtime: 'nodejs24.x' })
    template.hasResourceProperties('AWS::CodeDeploy::DeploymentGroup', {
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
    })
  })

  test('records of the stream that are given up are kept whole, and the function cannot delete them', () => {
    const template = templateOf(stage, 'functions')
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      MaximumRetryAttempts: 3,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::ImportValue': Match.stringLikeRegexp('queues.*Results.*Arn') } },
      },
    })
    const objects = statementsOf(template).filter(statement => actionsOf(statement).includes('s3:PutObject'))
    const places = objects.map(({ Resource, Action }) => [
      Action,
      JSON.stringify(Resource).match(/"(\/[^"]*)"\]\]\}$/)?.[1],
    ])
    expect(places).toEqual([
      [['s3:GetObject', 's3:PutObject'], '/results/*'],
      ['s3:PutObject', '/aws/lambda/*'],
    ])
  })

  test('every bucket, queue and function carries the six tags', () => {
    for (const [stack, type] of [
      ['models', 'AWS::S3::Bucket'],
      ['queues', 'AWS::SQS::Queue'],
      ['functions', 'AWS::Lambda::Function'],
      ['beanstalk', 'AWS::ElasticBeanstalk::Environment'],
    ] as const)
      for (const { Properties } of Object.values(templateOf(stage, stack).findResources(type)))
        expect(Properties.Tags.map(({ Key }: { Key: string }) => Key)).toEqual([
          'Component',
          'CostCenter',
          'Environment',
          'ModelName',
          'Owner',
          'Project',
        ])
  })

  test('the worker tier is paid under its own component', () => {
    const environments = Object.values(
      templateOf(stage, 'beanstalk').findResources('AWS::ElasticBeanstalk::Environment'),
    )
    const components = environments.map(({ Properties }) => [
      Properties.Tier.Name,
      Properties.Tags.find(({ Key }: { Key: string }) => Key === 'Component')?.Value,
    ])
    expect(components).toEqual([['WebServer', 'web'], ...(stage === 'prod' ? [['Worker', 'worker']] : [])])
  })
})
