import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { propertiesOf, templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'queues')

  test('a record comes five times, and stays hidden for six times as long as a function may take', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      QueueName: `model-serving-${stage}-records`,
      MessageRetentionPeriod: 345_600,
      VisibilityTimeout: 360,
      RedrivePolicy: { maxReceiveCount: 5 },
    })
  })

  test('dead letters outlive records, and come from this queue alone', () => {
    template.hasResourceProperties('AWS::SQS::Queue', {
      MessageRetentionPeriod: 1_209_600,
      RedriveAllowPolicy: {
        redrivePermission: 'byQueue',
        sourceQueueArns: [
          { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:model-serving-${stage}-records$`)])] },
        ],
      },
    })
  })

  test('queues, stream and results are encrypted, and hear TLS alone', () => {
    const queues = propertiesOf(template, 'AWS::SQS::Queue')
    expect(queues.map(({ SqsManagedSseEnabled }) => SqsManagedSseEnabled)).toEqual([true, true])
    template.allResourcesProperties('AWS::Kinesis::Stream', { StreamEncryption: { EncryptionType: 'KMS' } })
    template.allResourcesProperties('AWS::S3::Bucket', { BucketEncryption: Match.anyValue() })
    for (const type of ['AWS::SQS::QueuePolicy', 'AWS::S3::BucketPolicy'])
      template.allResourcesProperties(type, {
        PolicyDocument: {
          Statement: Match.arrayWith([
            Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          ]),
        },
      })
  })

  test('letters that wait and records that wait too long raise an alarm', () => {
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm')
    expect(alarms.map(({ MetricName, Threshold }) => [MetricName, Threshold])).toEqual([
      ['ApproximateNumberOfMessagesVisible', 0],
      ['ApproximateAgeOfOldestMessage', 600],
    ])
  })
})
