import type { Deployment } from './deployment.ts'
import { deadLetterQueueName, workerQueueName } from './queue-name.ts'
import { byEnvironment, NAMESPACE, type Resource, tagList } from './resource.ts'

const UTILISATION = { Namespace: NAMESPACE, MetricName: 'WorkerUtilization', Dimensions: byEnvironment }
const LOAD_BALANCER = { Name: 'LoadBalancer', Value: { 'Fn::GetAtt': ['AWSEBV2LoadBalancer', 'LoadBalancerFullName'] } }
const TARGET_GROUP = {
  Name: 'TargetGroup',
  Value: { 'Fn::GetAtt': ['AWSEBV2LoadBalancerTargetGroup', 'TargetGroupFullName'] },
}

/** The alarms of an environment and the topic they speak through; docs/operate.md says what to do about each. */
export function alarmResources(deployment: Deployment): readonly Resource[] {
  const { tier, tags, alarmEmail } = deployment
  const alarms = [...always(deployment), ...(tier === 'web' ? ofLoadBalancer(deployment) : ofQueue(deployment))]
  return [
    {
      name: 'AlarmTopic',
      why: 'Alarms and their ends are published here; whoever is to hear of them subscribes.',
      type: 'AWS::SNS::Topic',
      properties: { Tags: tagList(tags) },
    },
    ...(alarmEmail === undefined ? [] : [subscription(alarmEmail)]),
    ...alarms.map(alarm => ({ ...alarm, properties: { ...alarm.properties, Tags: tagList(tags) } })),
  ]
}

function subscription(Endpoint: string): Resource {
  return {
    name: 'AlarmSubscription',
    why: 'Counts once the link in its first mail was followed.',
    type: 'AWS::SNS::Subscription',
    properties: { TopicArn: { Ref: 'AlarmTopic' }, Protocol: 'email', Endpoint },
  }
}

function always(deployment: Deployment): Resource[] {
  const queue = deadLetterQueueName(deployment)
  return [
    alarm(
      'MetricsMissingAlarm',
      'No instance publishes: nothing scales out any more. Missing data is what this alarm is about.',
      {
        ...UTILISATION,
        Statistic: 'SampleCount',
        ComparisonOperator: 'LessThanThreshold',
        Threshold: 1,
        EvaluationPeriods: 10,
        TreatMissingData: 'breaching',
      },
    ),
    alarm(
      'SaturationAlarm',
      'Busy far above the target for longer than scaling takes: the fleet is at its maximum, or cannot grow.',
      {
        ...UTILISATION,
        Statistic: 'Average',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: 90,
        EvaluationPeriods: 10,
        TreatMissingData: 'notBreaching',
      },
    ),
    alarm('DeadLettersAlarm', 'Records were given up.', {
      Namespace: NAMESPACE,
      MetricName: 'DeadLettered',
      Dimensions: byEnvironment,
      Statistic: 'Sum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 0,
      EvaluationPeriods: 1,
      TreatMissingData: 'notBreaching',
    }),
    ...(queue === undefined
      ? []
      : [
          alarm(
            'DeadLetterQueueAlarm',
            'Dead letters wait, those too that the container could not count. Ends when the queue is empty.',
            {
              Namespace: 'AWS/SQS',
              MetricName: 'ApproximateNumberOfMessagesVisible',
              Dimensions: [{ Name: 'QueueName', Value: queue }],
              Statistic: 'Maximum',
              ComparisonOperator: 'GreaterThanThreshold',
              Threshold: 0,
              EvaluationPeriods: 1,
              TreatMissingData: 'notBreaching',
            },
          ),
        ]),
  ]
}

function ofLoadBalancer({ latencyMilliseconds }: Deployment): Resource[] {
  return [
    alarm('ServerErrorsAlarm', 'More than one answer in a hundred is a 5xx, whoever gave it.', {
      Metrics: [
        sum('requests', 'RequestCount'),
        sum('instances', 'HTTPCode_Target_5XX_Count'),
        sum('balancer', 'HTTPCode_ELB_5XX_Count'),
        {
          Id: 'share',
          Expression: '100 * (FILL(instances, 0) + FILL(balancer, 0)) / requests',
          Label: 'percent of 5xx',
          ReturnData: true,
        },
      ],
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 5,
      DatapointsToAlarm: 3,
      TreatMissingData: 'notBreaching',
    }),
    alarm(
      'LatencyAlarm',
      `One answer in a hundred takes longer than ${latencyMilliseconds} ms, seen from the load balancer.`,
      {
        Namespace: 'AWS/ApplicationELB',
        MetricName: 'TargetResponseTime',
        Dimensions: [LOAD_BALANCER],
        ExtendedStatistic: 'p99',
        EvaluateLowSampleCountPercentile: 'ignore',
        ComparisonOperator: 'GreaterThanThreshold',
        Threshold: latencyMilliseconds / 1000,
        EvaluationPeriods: 5,
        TreatMissingData: 'notBreaching',
      },
    ),
    alarm('NoHealthyHostAlarm', 'The load balancer has nobody to send requests to.', {
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HealthyHostCount',
      Dimensions: [LOAD_BALANCER, TARGET_GROUP],
      Statistic: 'Maximum',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 2,
      TreatMissingData: 'breaching',
    }),
  ]
}

function ofQueue(deployment: Deployment): Resource[] {
  const late = 5 * deployment.acceptableDelaySeconds
  return [
    alarm('OldestMessageAlarm', `A message has waited for ${late} s, five times the acceptable delay.`, {
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateAgeOfOldestMessage',
      Dimensions: [{ Name: 'QueueName', Value: workerQueueName(deployment) }],
      Statistic: 'Maximum',
      ComparisonOperator: 'GreaterThanThreshold',
      Threshold: late,
      EvaluationPeriods: 5,
      TreatMissingData: 'notBreaching',
    }),
  ]
}

function alarm(name: string, why: string, properties: Readonly<Record<string, unknown>>): Resource {
  const topic = [{ Ref: 'AlarmTopic' }]
  return {
    name,
    type: 'AWS::CloudWatch::Alarm',
    properties: {
      AlarmDescription: why,
      // an alarm over several metrics names the period in each of them
      ...('Metrics' in properties ? {} : { Period: 60 }),
      ...properties,
      AlarmActions: topic,
      OKActions: topic,
    },
  }
}

function sum(Id: string, MetricName: string): unknown {
  const Metric = { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: [LOAD_BALANCER] }
  return { Id, MetricStat: { Metric, Period: 60, Stat: 'Sum' }, ReturnData: false }
}
