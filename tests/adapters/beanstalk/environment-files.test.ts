import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DEFAULT_DEPLOYMENT, toEnvironmentFiles } from '@scaling-mlops/adapters/beanstalk'
import { SHIPPED_POLICY } from '@scaling-mlops/core/capacity'
import { describe, expect, it } from 'vitest'
import {
  IN_AN_ACCOUNT,
  readDeploymentOf,
  WORKERS,
  WORKERS_WITH_GIVEN_QUEUE,
  WORKERS_WITH_OWN_QUEUE,
} from '../../support/beanstalk.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const ours = /^AWSEB/

async function committed(): Promise<Map<string, string>> {
  const files = new Map<string, string>()
  for (const folder of ['.ebextensions', '.platform'])
    for (const entry of await readdir(`${root}${folder}`, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) {
        const path = `${entry.parentPath}/${entry.name}`
        files.set(path.slice(root.length), await readFile(path, 'utf8'))
      }
  return files
}

describe('the committed files of Elastic Beanstalk', () => {
  it('are what the table makes: `scaling-mlops package beanstalk --files .` writes them anew', async () => {
    expect(Object.fromEntries(await committed())).toEqual(Object.fromEntries(toEnvironmentFiles(DEFAULT_DEPLOYMENT)))
  })

  it('hold nothing to fill in and nothing of any account', async () => {
    for (const [path, text] of await committed()) {
      expect(text, path).not.toMatch(/<[A-Za-z_-]+>|TODO|CHANGE|REPLACE|example\.com/)
      expect(text, path).not.toMatch(/\b\d{12}\b|arn:aws|\b(vpc|subnet|sg)-[0-9a-f]/)
    }
  })
})

describe('a load-balanced environment', () => {
  const { options, resources } = readDeploymentOf(DEFAULT_DEPLOYMENT)

  it('sends requests through nginx to instances whose models are ready, two of them in two zones', () => {
    expect(options['aws:elasticbeanstalk:environment']).toMatchObject({ LoadBalancerType: 'application' })
    expect(options['aws:elasticbeanstalk:environment:process:default']).toMatchObject({
      Port: '80',
      HealthCheckPath: '/health/ready',
    })
    expect(options['aws:autoscaling:asg']).toMatchObject({ MinSize: '2', 'Availability Zones': 'Any 2' })
  })

  it('scales on WorkerUtilization by the policy that the simulator found', () => {
    const { scaling, warmupSeconds } = SHIPPED_POLICY

    expect(resources.ScoringUtilizationPolicy?.Properties).toMatchObject({
      PolicyType: 'TargetTrackingScaling',
      EstimatedInstanceWarmup: warmupSeconds,
      TargetTrackingConfiguration: {
        TargetValue: scaling.kind === 'target_tracking' && scaling.target,
        CustomizedMetricSpecification: {
          Namespace: 'ModelServing',
          MetricName: 'WorkerUtilization',
          Dimensions: [{ Name: 'EnvironmentName', Value: { Ref: 'AWSEBEnvironmentName' } }],
        },
      },
    })
    expect(resources.AWSEBAutoScalingGroup?.Properties).toMatchObject({ DefaultInstanceWarmup: warmupSeconds })
  })

  it("leaves Elastic Beanstalk's own trigger nothing to do", () => {
    for (const name of ['AWSEBCloudwatchAlarmHigh', 'AWSEBCloudwatchAlarmLow'])
      expect(resources[name]?.Properties).toEqual({ AlarmActions: [{ Ref: 'AWS::NoValue' }] })
    expect(options['aws:autoscaling:trigger']).toMatchObject({
      LowerThreshold: '0',
      UpperThreshold: '100',
      Unit: 'Percent',
    })
  })

  it('alarms on dead letters, 5xx, latency, no healthy host, saturation and missing metrics, and tells a topic', () => {
    const alarms = Object.entries(resources).filter(([name, { Type }]) => Type.endsWith('::Alarm') && !ours.test(name))

    expect(alarms.map(([name]) => name)).toEqual([
      'MetricsMissingAlarm',
      'SaturationAlarm',
      'DeadLettersAlarm',
      'ServerErrorsAlarm',
      'LatencyAlarm',
      'NoHealthyHostAlarm',
    ])
    for (const [, { Properties }] of alarms) expect(Properties.AlarmActions).toEqual([{ Ref: 'AlarmTopic' }])
    expect(resources.MetricsMissingAlarm?.Properties).toMatchObject({
      MetricName: 'WorkerUtilization',
      TreatMissingData: 'breaching',
    })
  })

  it('takes a client error for no reason to be unhealthy', () => {
    const { ConfigDocument = '' } = options['aws:elasticbeanstalk:healthreporting:system'] ?? {}

    expect(JSON.parse(ConfigDocument).Rules.Environment).toEqual({
      Application: { ApplicationRequests4xx: { Enabled: false } },
      ELB: { ELBRequests4xx: { Enabled: false } },
    })
  })

  it('splits traffic only where that is the policy', () => {
    const split = readDeploymentOf({ ...DEFAULT_DEPLOYMENT, policy: 'TrafficSplitting' })

    expect(options['aws:elasticbeanstalk:command']).toMatchObject({ DeploymentPolicy: 'RollingWithAdditionalBatch' })
    expect(options).not.toHaveProperty('aws:elasticbeanstalk:trafficsplitting')
    expect(split.options).toHaveProperty('aws:elasticbeanstalk:trafficsplitting')
  })

  it('has HTTPS, a redirect to it, its network, roles, secrets and subscribers where an account names them', () => {
    const { options, resources } = readDeploymentOf(IN_AN_ACCOUNT)

    expect(options['aws:elbv2:listener:443']).toMatchObject({ SSLCertificateArns: IN_AN_ACCOUNT.certificate })
    expect(resources.AWSEBV2LoadBalancerListener?.Properties).toMatchObject({
      Port: 80,
      DefaultActions: [{ Type: 'redirect', RedirectConfig: { Protocol: 'HTTPS', StatusCode: 'HTTP_301' } }],
    })
    expect(options['aws:ec2:vpc']).toMatchObject({
      Subnets: 'subnet-0a1b2c3d,subnet-0a1b2c3e',
      ELBSubnets: 'subnet-0a1b2c30,subnet-0a1b2c31',
    })
    expect(options['aws:autoscaling:launchconfiguration']).toMatchObject({
      IamInstanceProfile: 'model-serving-instance',
    })
    expect(options['aws:elasticbeanstalk:application:environmentsecrets']).toEqual(IN_AN_ACCOUNT.secrets)
    expect(options['aws:elasticbeanstalk:application:environment']).toMatchObject({
      METRICS: 'cloudwatch',
      MAX_WAIT_MS: '67',
    })
    expect(resources.AlarmSubscription?.Properties).toMatchObject({ Endpoint: 'operations@example.com' })
    expect(resources).toHaveProperty('DeadLetterQueueAlarm')
  })
})

describe('an environment of workers', () => {
  const { options, resources } = readDeploymentOf(WORKERS)

  it('is posted its messages at /worker, and has no load balancer', () => {
    expect(options['aws:elasticbeanstalk:sqsd']).toMatchObject({ HttpPath: '/worker' })
    expect(options['aws:elasticbeanstalk:application:environment']).toMatchObject({
      WORKER_TIER: 'true',
      DEAD_LETTER_QUEUE_URL: '`{"Ref":"AWSEBWorkerDeadLetterQueue"}`',
    })
    expect(Object.keys(options).filter(namespace => namespace.includes('elbv2'))).toEqual([])
    expect(JSON.stringify(resources)).not.toContain('LoadBalancer')
  })

  it('scales on the messages that wait for each instance: as many as one works off in the acceptable delay', () => {
    expect(resources.BacklogPolicy?.Properties).toMatchObject({
      TargetTrackingConfiguration: { TargetValue: 60_000 / 20 },
    })
  })

  it('scales and alarms by its own queues where they are named', () => {
    const { options, resources } = readDeploymentOf(WORKERS_WITH_OWN_QUEUE)

    expect(options['aws:elasticbeanstalk:sqsd']).toMatchObject({
      WorkerQueueURL: WORKERS_WITH_OWN_QUEUE.workerQueueUrl,
    })
    expect(JSON.stringify(resources.BacklogPolicy)).toContain('"Value":"records"')
    expect(JSON.stringify(resources.DeadLetterQueueAlarm)).toContain('"Value":"dead-letters"')
  })

  it('scales by the name of a queue that it is given, and says nothing of places that come with it', () => {
    const { options, resources } = readDeploymentOf(WORKERS_WITH_GIVEN_QUEUE)

    expect(options['aws:elasticbeanstalk:sqsd']).not.toHaveProperty('WorkerQueueURL')
    expect(Object.keys(options['aws:elasticbeanstalk:application:environment'] ?? {})).toEqual([
      'METRICS',
      'ENVIRONMENT_NAME',
      'AWS_REGION',
      'WORKERS',
      'WORKER_TIER',
    ])
    expect(JSON.stringify(resources.BacklogPolicy)).toContain('"Value":"model-serving-prod-records"')
    expect(resources).not.toHaveProperty('DeadLetterQueueAlarm')
    // Elastic Beanstalk makes no queues then, so none can be named
    expect(JSON.stringify({ options, resources })).not.toContain('AWSEBWorker')
  })
})
