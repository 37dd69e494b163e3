import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { ACCOUNT, permissionsOf, REGION } from './permissions.ts'
import { aConfiguration, propertiesOf, synthesise, templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'functions')

  test('one bad record neither repeats its batch nor blocks its shard', () => {
    const mappings = propertiesOf(template, 'AWS::Lambda::EventSourceMapping')
    expect(mappings.length).toBeGreaterThan(0)
    for (const mapping of mappings) expect(mapping.FunctionResponseTypes).toEqual(['ReportBatchItemFailures'])
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      EventSourceArn: { 'Fn::ImportValue': Match.stringLikeRegexp('Stream') },
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 3,
      DestinationConfig: {
        OnFailure: { Destination: { 'Fn::ImportValue': Match.stringLikeRegexp('queues.*Results.*Arn') } },
      },
    })
  })

  test('whoever calls signs, and reaches what the alias says', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM', Qualifier: 'live' })
    template.hasResourceProperties('AWS::Lambda::Function', { Architectures: ['arm64'], Runtime: 'nodejs24.x' })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: `model-serving-${stage}-errors`,
      Dimensions: Match.arrayWith([{ Name: 'Resource', Value: { 'Fn::Join': ['', Match.arrayWith([':live'])] } }]),
    })
  })
})

test('a change of the function moves no alias: that is left to `deploy lambda`', () => {
  const changed = aConfiguration()
  changed.stages.prod.lambdaMemory = 3008
  const [before, after] = [aConfiguration(), changed].map(configuration => {
    const { Resources } = templateOf('prod', 'functions', synthesise(configuration)).toJSON()
    const of = (type: string) => Object.entries(Resources).filter(([, resource]) => Object(resource).Type === type)
    return { functions: of('AWS::Lambda::Function'), still: [of('AWS::Lambda::Version'), of('AWS::Lambda::Alias')] }
  })
  expect(after?.functions).not.toEqual(before?.functions)
  expect(after?.still).toEqual(before?.still)
  templateOf('prod', 'functions').resourceCountIs('AWS::CodeDeploy::DeploymentGroup', 0)
})

describe('the function', () => {
  const { may, anywhere } = permissionsOf('dev', 'functions', 'Role')
  const MODELS = `arn:aws:s3:::model-serving-dev-models-${ACCOUNT}`
  const RESULTS = `arn:aws:s3:::model-serving-dev-results-${ACCOUNT}`
  const RECORDS = `arn:aws:sqs:${REGION}:${ACCOUNT}:model-serving-dev-records`
  const DEAD_LETTERS = `arn:aws:sqs:${REGION}:${ACCOUNT}:DeadLetters`

  const FILES = `arn:aws:s3:::model-serving-dev-files-${ACCOUNT}`
  const TASKS = `arn:aws:sqs:${REGION}:${ACCOUNT}:model-serving-dev-files`

  test.each([
    ['s3:GetObject', `${MODELS}/models/churn/1/model.onnx`],
    ['s3:PutObject', `${RESULTS}/results/churn/1.json`],
    ['s3:PutObject', `${RESULTS}/aws/lambda/given-up.json`],
    ['sqs:ReceiveMessage', RECORDS],
    ['sqs:DeleteMessage', RECORDS],
    ['sqs:SendMessage', DEAD_LETTERS],
    ['s3:ListBucket', FILES],
    ['s3:GetObject', `${FILES}/files/a.csv`],
    ['s3:PutObject', `${FILES}/files/a.scored.csv`],
    ['s3:DeleteObject', `${FILES}/files/a.scored.errors.csv`],
    ['s3:DeleteObject', `${FILES}/files/a.refused.json`],
    ['s3:PutObject', `${FILES}/.scaling-mlops/0a/00001`],
    ['s3:DeleteObject', `${FILES}/.scaling-mlops/0a/00001`],
    ['s3:AbortMultipartUpload', `${FILES}/files/a.scored.csv`],
    ['sqs:SendMessage', TASKS],
    ['sqs:ReceiveMessage', TASKS],
    ['kinesis:GetRecords', `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/Stream`],
    ['logs:PutLogEvents', `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:Log:*`],
  ])('may %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe(true)
  })

  test.each([
    ['s3:PutObject', `${MODELS}/models/churn/1/model.onnx`],
    ['s3:GetObject', `${RESULTS}/aws/lambda/given-up.json`],
    ['s3:DeleteObject', `${RESULTS}/aws/lambda/given-up.json`],
    ['s3:DeleteObject', `${RESULTS}/results/churn/1.json`],
    ['sqs:SendMessage', RECORDS],
    ['sqs:ReceiveMessage', DEAD_LETTERS],
    ['sqs:DeleteMessage', DEAD_LETTERS],
    ['sqs:PurgeQueue', RECORDS],
    ['s3:DeleteObject', `${FILES}/files/a.csv`],
    ['s3:DeleteObject', `${FILES}/files/a.scored.csv`],
    ['s3:GetObject', `${FILES}/elsewhere/a.csv`],
    ['s3:PutBucketNotification', FILES],
    ['sqs:PurgeQueue', TASKS],
    ['kinesis:PutRecord', `arn:aws:kinesis:${REGION}:${ACCOUNT}:stream/Stream`],
    // metrics travel as lines of the log
    ['cloudwatch:PutMetricData', '*'],
    ['lambda:UpdateAlias', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:model-serving-dev`],
    ['lambda:InvokeFunction', `arn:aws:lambda:${REGION}:${ACCOUNT}:function:model-serving-dev`],
    ['iam:PassRole', '*'],
  ])('may not %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe(false)
  })

  test('has nothing on everything', () => {
    expect(anywhere).toEqual([])
  })

  test('takes no records where the worker does', () => {
    const { may } = permissionsOf('prod', 'functions', 'Role')
    expect(may('sqs:ReceiveMessage', RECORDS.replace('-dev-', '-prod-'))).toBe(false)
  })
})
