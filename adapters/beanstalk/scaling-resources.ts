import type { Deployment } from './deployment.ts'
import { workerQueueName } from './queue-name.ts'
import { byEnvironment, NAMESPACE, type Resource } from './resource.ts'

/** Scaling, in place of Elastic Beanstalk's own, and port 80's redirect where there is HTTPS. */
export function scalingResources(deployment: Deployment): readonly Resource[] {
  return [
    group(deployment),
    ...['High', 'Low'].map(neutralised),
    deployment.tier === 'web' ? utilisationPolicy(deployment) : backlogPolicy(deployment),
  ]
}

/** Port 80 answers every request with the same address by HTTPS. */
export function redirect(): Resource {
  return {
    name: 'AWSEBV2LoadBalancerListener',
    why: 'Options cannot redirect, so the listener of port 80 is changed as a resource.',
    type: 'AWS::ElasticLoadBalancingV2::Listener',
    properties: {
      LoadBalancerArn: { Ref: 'AWSEBV2LoadBalancer' },
      Port: 80,
      Protocol: 'HTTP',
      DefaultActions: [
        {
          Type: 'redirect',
          RedirectConfig: {
            Protocol: 'HTTPS',
            Port: '443',
            Host: '#{host}',
            Path: '/#{path}',
            Query: '#{query}',
            StatusCode: 'HTTP_301',
          },
        },
      ],
    },
  }
}

function group({ tier, warmupSeconds }: Deployment): Resource {
  return {
    name: 'AWSEBAutoScalingGroup',
    why:
      tier === 'web'
        ? 'Replaces an instance that the load balancer finds dead, not only one that EC2 does; counts a new one as a witness when it has warmed up.'
        : 'Counts a new instance as a witness when it has warmed up; its own metrics are what the backlog is divided by.',
    type: 'AWS::AutoScaling::AutoScalingGroup',
    properties: {
      ...(tier === 'web' && { HealthCheckType: 'ELB', HealthCheckGracePeriod: warmupSeconds }),
      DefaultInstanceWarmup: warmupSeconds,
      MetricsCollection: [{ Granularity: '1Minute' }],
    },
  }
}

function neutralised(which: string): Resource {
  return {
    name: `AWSEBCloudwatchAlarm${which}`,
    why: "Elastic Beanstalk's own trigger does nothing: two policies that disagree would undo each other's work.",
    type: 'AWS::CloudWatch::Alarm',
    properties: { AlarmActions: [{ Ref: 'AWS::NoValue' }] },
  }
}

function utilisationPolicy({ targetUtilization, warmupSeconds }: Deployment): Resource {
  return {
    name: 'ScoringUtilizationPolicy',
    why: 'Keeps the workers so busy on average. Target and warm-up are what `scaling-mlops simulate --search` found; see docs/scaling.md.',
    type: 'AWS::AutoScaling::ScalingPolicy',
    properties: {
      AutoScalingGroupName: { Ref: 'AWSEBAutoScalingGroup' },
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: warmupSeconds,
      TargetTrackingConfiguration: {
        TargetValue: targetUtilization,
        CustomizedMetricSpecification: {
          Namespace: NAMESPACE,
          MetricName: 'WorkerUtilization',
          Statistic: 'Average',
          Dimensions: byEnvironment,
        },
      },
    },
  }
}

/** Messages that wait for each instance, by metric mathematics: nothing has to be published for it. */
function backlogPolicy(deployment: Deployment): Resource {
  const { acceptableDelaySeconds, messageMilliseconds, warmupSeconds } = deployment
  const metric = (Namespace: string, MetricName: string, Name: string, Value: unknown) => ({
    Metric: { Namespace, MetricName, Dimensions: [{ Name, Value }] },
    Stat: 'Average',
  })
  return {
    name: 'BacklogPolicy',
    why: `Keeps as many waiting messages for each instance as it works off in the acceptable delay: ${acceptableDelaySeconds} s of ${messageMilliseconds} ms each.`,
    type: 'AWS::AutoScaling::ScalingPolicy',
    properties: {
      AutoScalingGroupName: { Ref: 'AWSEBAutoScalingGroup' },
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: warmupSeconds,
      TargetTrackingConfiguration: {
        TargetValue: Math.max(1, Math.round((1000 * acceptableDelaySeconds) / messageMilliseconds)),
        CustomizedMetricSpecification: {
          Metrics: [
            {
              Id: 'waiting',
              MetricStat: metric(
                'AWS/SQS',
                'ApproximateNumberOfMessagesVisible',
                'QueueName',
                workerQueueName(deployment),
              ),
              ReturnData: false,
            },
            {
              Id: 'instances',
              MetricStat: metric('AWS/AutoScaling', 'GroupInServiceInstances', 'AutoScalingGroupName', {
                Ref: 'AWSEBAutoScalingGroup',
              }),
              ReturnData: false,
            },
            { Id: 'backlog', Expression: 'waiting / instances', Label: 'backlog of an instance', ReturnData: true },
          ],
        },
      },
    },
  }
}
