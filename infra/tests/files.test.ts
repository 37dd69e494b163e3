import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { propertiesOf, templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'files')

  test('a file that is put under files/ comes to the function through the queue of its tasks, parts of it do not', () => {
    template.hasResource('AWS::S3::Bucket', {
      // S3 tries the queue out, which must let it in by then
      DependsOn: Match.arrayWith([Match.stringLikeRegexp('^TasksPolicy')]),
      Properties: {
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              Event: 's3:ObjectCreated:*',
              Filter: { S3Key: { Rules: [{ Name: 'prefix', Value: 'files/' }] } },
              Queue: { 'Fn::GetAtt': [Match.stringLikeRegexp('^Tasks'), 'Arn'] },
            },
          ],
        },
      },
    })
    templateOf(stage, 'functions').hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      BatchSize: 1,
      EventSourceArn: { 'Fn::ImportValue': Match.stringLikeRegexp('files.*Tasks.*Arn') },
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    })
    templateOf(stage, 'functions').hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({ FILE_QUEUE_URL: { 'Fn::ImportValue': Match.stringLikeRegexp('files.*Tasks') } }),
      },
    })
  })

  test('only S3, and only for this bucket of this account, may put events into the queue', () => {
    const statements = propertiesOf(template, 'AWS::SQS::QueuePolicy').flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    )
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Effect: 'Allow',
        Action: 'sqs:SendMessage',
        Principal: { Service: 's3.amazonaws.com' },
        Resource: { 'Fn::GetAtt': [expect.stringMatching(/^Tasks/), 'Arn'] },
        Condition: {
          ArnEquals: {
            'aws:SourceArn': {
              'Fn::Join': ['', expect.arrayContaining([`:s3:::model-serving-${stage}-files-`])],
            },
          },
          StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
        },
      },
    ])
  })

  test('a task comes five times, is hidden six times as long as the function may take, and is then kept for two weeks', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `model-serving-${stage}-files`,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 5 },
      SqsManagedSseEnabled: true,
    })
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: { redrivePermission: 'byQueue' },
      SqsManagedSseEnabled: true,
    })
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { Threshold: 0, TreatMissingData: 'notBreaching' })
  })

  test('the bucket is encrypted and private, and keeps no parts that nobody puts together', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: { BlockPublicPolicy: true, RestrictPublicBuckets: true },
        LifecycleConfiguration: {
          Rules: [
            { Prefix: '.scaling-mlops/', ExpirationInDays: 7, Status: 'Enabled' },
            { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 2 }, Status: 'Enabled' },
          ],
        },
      },
    })
  })
})
