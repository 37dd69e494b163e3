import type { Deployment } from '@scaling-mlops/adapters/beanstalk'
import { readDeploymentOf } from '../support/beanstalk.ts'

/** The resources of Elastic Beanstalk's own stack that ours change or name, with what they must have. */
const OF_THE_PLATFORM = {
  AWSEBAutoScalingGroup: {
    Type: 'AWS::AutoScaling::AutoScalingGroup',
    Properties: {
      MinSize: '2',
      MaxSize: '20',
      AvailabilityZones: { 'Fn::GetAZs': '' },
      LaunchTemplate: { LaunchTemplateId: 'lt-0a1b2c3d4e5f60718', Version: '1' },
    },
  },
  AWSEBCloudwatchAlarmHigh: anAlarm('GreaterThanThreshold'),
  AWSEBCloudwatchAlarmLow: anAlarm('LessThanThreshold'),
  AWSEBV2LoadBalancer: {
    Type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
    Properties: { Subnets: ['subnet-0a1b2c3d', 'subnet-0a1b2c3e'] },
  },
  AWSEBV2LoadBalancerTargetGroup: {
    Type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
    Properties: { Port: 80, Protocol: 'HTTP', VpcId: 'vpc-0a1b2c3d' },
  },
} as const

const OF_WORKERS = {
  AWSEBWorkerQueue: {
    Type: 'AWS::SQS::Queue',
    Properties: {},
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
  AWSEBWorkerDeadLetterQueue: {
    Type: 'AWS::SQS::Queue',
    Properties: {},
    UpdateReplacePolicy: 'Delete',
    DeletionPolicy: 'Delete',
  },
} as const

/** A whole template of CloudFormation: Elastic Beanstalk's own resources, with a deployment's merged in as Elastic Beanstalk does. */
export function toTemplate(deployment: Deployment): Record<string, unknown> {
  const { resources } = readDeploymentOf(deployment)
  const platform = { ...OF_THE_PLATFORM, ...(deployment.tier === 'worker' && OF_WORKERS) }
  const merged: Record<string, { Properties?: object }> = { ...platform }
  for (const [name, { Type, Properties }] of Object.entries(resources))
    merged[name] = { ...merged[name], Type, Properties: { ...merged[name]?.Properties, ...Properties } } as object
  return {
    AWSTemplateFormatVersion: '2010-09-09',
    Parameters: { AWSEBEnvironmentName: { Type: 'String' } },
    Resources: merged,
  }
}

function anAlarm(ComparisonOperator: string): object {
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ComparisonOperator,
      EvaluationPeriods: 1,
      MetricName: 'NetworkOut',
      Namespace: 'AWS/EC2',
      Period: 300,
      Statistic: 'Average',
      Threshold: 1,
    },
  }
}
