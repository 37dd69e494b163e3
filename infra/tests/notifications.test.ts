import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, test } from 'vitest'
import { templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const template = templateOf(stage, 'notifications')

  test('every alarm speaks through the topic when it rises and when it ends', () => {
    const alarms = ['queues', 'files', 'functions'].flatMap(stack =>
      Object.values(templateOf(stage, stack).findResources('AWS::CloudWatch::Alarm')),
    )
    expect(alarms).toHaveLength(5)
    const topic = [{ 'Fn::ImportValue': expect.stringMatching(/notifications.*Alarms/) }]
    for (const { Properties } of alarms) expect(Properties).toMatchObject({ AlarmActions: topic, OKActions: topic })
  })

  test('the topic is encrypted with a key that CloudWatch and Budgets of this account may use, and hears TLS alone', () => {
    template.hasResourceProperties('AWS::SNS::Topic', { KmsMasterKeyId: Match.anyValue() })
    const own = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } }
    const services = { Service: ['cloudwatch.amazonaws.com', 'budgets.amazonaws.com'] }
    const both = { Effect: 'Allow', Principal: services, Condition: own }
    template.hasResourceProperties('AWS::KMS::Key', {
      EnableKeyRotation: true,
      KeyPolicy: {
        Statement: Match.arrayWith([Match.objectLike({ ...both, Action: ['kms:Decrypt', 'kms:GenerateDataKey*'] })]),
      },
    })
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: [
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ ...both, Action: 'sns:Publish' }),
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
