import { Stack } from 'aws-cdk-lib'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'

/** The one topic that every alarm of a stage speaks through, and its budget. */
export class Notifications extends Stack {
  readonly topic: Topic

  constructor(scope: Construct, id: string, { alarmEmail }: StageSettings) {
    super(scope, id)
    const own = { StringEquals: { 'aws:SourceAccount': this.account } }
    const principals = ['cloudwatch', 'budgets'].map(service => new ServicePrincipal(`${service}.amazonaws.com`))
    // a key of our own: CloudWatch may not use the one that AWS keeps for topics
    const masterKey = new Key(this, 'Key', { enableKeyRotation: true })
    masterKey.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        conditions: own,
      }),
    )
    this.topic = new Topic(this, 'Alarms', { masterKey, enforceSSL: true })
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: own,
      }),
    )
    if (alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(alarmEmail))
  }

  /** Lets every alarm below speak, when it rises and when it ends. */
  announce(scope: Construct): void {
    const action = new SnsAction(this.topic)
    for (const construct of scope.node.findAll())
      if (construct instanceof Alarm) {
        construct.addAlarmAction(action)
        construct.addOkAction(action)
      }
  }
}
