import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'notifications')

  test('every alarm speaks through the topic when it rises and when it ends', () => {
    const alarms = ['queues', 'functions'].flatMap(stack =>
      Object.values(templateOf(stage, stack).findResources('AWS::CloudWatch::Alarm')),
    )
    expect(alarms).toHaveLength(3)
    const topic = [{ 'Fn::ImportValue': expect.stringMatching(/notifications.*Alarms/) }]
    for (const { Properties } of alarms) expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic })
  })

  test('the topic is encrypted with a key that CloudWatch of this account may use, and hears TLS alone', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() })
    const own = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }
    const cloudWatch = { Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' }, Condition: own }
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([
          Match.objectLike({ ...cloudWatch, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] }),
        ]),
      },
    })
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ ...cloudWatch, Action: 'sns:Publish' }),
        ],
      },
    })
  })

  test('mails go to whom the configuration names', () => {
    const subscriptions = Object.values(template.findResources('AWS::SNS::Subscription'))
    expect(subscriptions.map(({ Properties: { Protocol, Endpoint } }) => [Protocol, Endpoint])).toEqual(
      stage === 'prod' ? [['email', 'alarms@example.com']] : [],
    )
  })
})
