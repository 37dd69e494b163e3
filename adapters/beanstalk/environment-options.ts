import type { Deployment } from './deployment.ts'
import { type OptionSection, section } from './option-section.ts'
import { hasOwnQueues } from './queue-name.ts'

/** The options of an environment, in the order of its configuration file. */
export function environmentOptions(deployment: Deployment): readonly OptionSection[] {
  return [
    ...(deployment.tier === 'web' ? webTier(deployment) : workerTier(deployment)),
    ...fleet(deployment),
    ...updates(deployment),
    ...observation(deployment),
    ...variables(deployment),
  ]
}

function webTier({ certificate, accessLogsBucket, serviceRole }: Deployment): OptionSection[] {
  return [
    section(
      'aws:elasticbeanstalk:environment',
      'The kind of load balancer is chosen for good: it cannot change later.',
      {
        EnvironmentType: 'LoadBalanced',
        LoadBalancerType: ['application', 'the default is the classic one'],
        ServiceRole: serviceRole,
      },
    ),
    section('aws:elasticbeanstalk:environment:proxy', 'nginx stands before the container on each instance.', {
      ProxyServer: 'nginx',
    }),
    section(
      'aws:elasticbeanstalk:environment:process:default',
      'Load balancer (80) -> nginx (80) -> container (9696). An instance gets requests while its models have answered their golden rows.',
      {
        Port: ['80', "nginx's, which passes on to the container's"],
        Protocol: 'HTTP',
        HealthCheckPath: '/health/ready',
        HealthCheckInterval: '15',
        HealthCheckTimeout: '5',
        HealthyThresholdCount: '3',
        UnhealthyThresholdCount: '5',
        MatcherHTTPCode: '200',
        DeregistrationDelay: ['20', 'seconds; no request takes longer'],
      },
    ),
    section('aws:elbv2:loadbalancer', 'What holds for all of its listeners.', {
      IdleTimeout: ['55', 'below the 60 s of nginx: who closes first is the one that knows, or answers become 502'],
      AccessLogsS3Enabled: accessLogsBucket && 'true',
      AccessLogsS3Bucket: accessLogsBucket,
    }),
    section('aws:elbv2:listener:default', certificate ? 'Port 80 is there for its redirect to HTTPS.' : 'Port 80.', {
      ListenerEnabled: 'true',
    }),
    ...(certificate === undefined
      ? []
      : [
          section('aws:elbv2:listener:443', 'HTTPS ends at the load balancer.', {
            ListenerEnabled: 'true',
            Protocol: 'HTTPS',
            SSLCertificateArns: certificate,
            SSLPolicy: ['ELBSecurityPolicy-TLS13-1-2-2021-06', 'TLS 1.2 and 1.3'],
          }),
        ]),
  ]
}

function workerTier({ workerQueueUrl, serviceRole }: Deployment): OptionSection[] {
  return [
    section('aws:elasticbeanstalk:environment', 'Scales, and has no load balancer: the queue stands in its place.', {
      EnvironmentType: 'LoadBalanced',
      ServiceRole: serviceRole,
    }),
    section(
      'aws:elasticbeanstalk:sqsd',
      'The daemon on each instance posts one message at a time to nginx (80), which passes it on to the container. 200 deletes a message, anything else brings it again.',
      {
        HttpPath: '/worker',
        MimeType: 'application/json',
        HttpConnections: ['10', 'messages at once on an instance: enough to fill a batch, too few to wait long'],
        ConnectTimeout: '5',
        InactivityTimeout: ['60', 'seconds for an answer; then the message comes again'],
        VisibilityTimeout: ['300', 'seconds a message stays hidden; longer than InactivityTimeout'],
        ErrorVisibilityTimeout: ['30', 'seconds until a message that failed comes again'],
        MaxRetries: [
          '10',
          'the container gives up after the fifth attempt, with its reason; this is for when it cannot',
        ],
        WorkerQueueURL: workerQueueUrl,
      },
    ),
  ]
}

function fleet({
  tier,
  minimum,
  maximum,
  instanceTypes,
  architecture,
  instanceProfile,
  network,
}: Deployment): OptionSection[] {
  return [
    section('aws:autoscaling:asg', 'Two instances in two zones: a zone may fail.', {
      MinSize: String(minimum),
      MaxSize: String(maximum),
      'Availability Zones': network ? undefined : 'Any 2',
    }),
    section(
      'aws:ec2:instances',
      'Types whose speed does not depend on credits, which every replacement would start without.',
      {
        InstanceTypes: instanceTypes.join(','),
        SupportedArchitectures: [architecture, 'of the image too; it cannot change later'],
        EnableSpot: 'false',
      },
    ),
    section(
      'aws:autoscaling:launchconfiguration',
      'An instance: version 2 of its metadata only, no SSH from outside, tags on all that it uses.',
      {
        IamInstanceProfile: instanceProfile,
        DisableIMDSv1: 'true',
        SSHSourceRestriction: 'tcp,22,22,127.0.0.1/32',
        RootVolumeType: 'gp3',
        RootVolumeSize: ['16', 'GB: system, image and its predecessor'],
        LaunchTemplateTagPropagationEnabled: 'true',
      },
    ),
    ...(network === undefined
      ? []
      : [
          section('aws:ec2:vpc', 'One subnet in each zone: this is what spreads the fleet.', {
            VPCId: network.vpc,
            Subnets: network.instanceSubnets.join(','),
            ...(tier === 'web' && {
              ELBSubnets: (network.loadBalancerSubnets ?? network.instanceSubnets).join(','),
              ELBScheme: network.internal ? 'internal' : 'public',
            }),
            AssociatePublicIpAddress: String(network.publicAddresses),
          }),
        ]),
    section(
      'aws:autoscaling:trigger',
      "Elastic Beanstalk's own trigger knows no custom metric. It cannot be left out, so it watches what never happens; 20-scaling.config takes its alarms' actions away too.",
      {
        MeasureName: 'CPUUtilization',
        Statistic: 'Average',
        Unit: 'Percent',
        LowerThreshold: '0',
        UpperThreshold: '100',
      },
    ),
  ]
}

function updates({ policy }: Deployment): OptionSection[] {
  return [
    section(
      'aws:elasticbeanstalk:command',
      'A version comes on additional instances first, so that capacity never falls. Immutable and TrafficSplitting cannot be joined with changes of this folder: deploy those alone.',
      {
        DeploymentPolicy: policy,
        BatchSizeType: 'Percentage',
        BatchSize: '50',
        Timeout: ['900', 'seconds; building the image on the instance takes some of them'],
        IgnoreHealthCheck: 'false',
      },
    ),
    ...(policy === 'TrafficSplitting'
      ? [
          section(
            'aws:elasticbeanstalk:trafficsplitting',
            'What the new version gets, and for how many minutes, before it gets all.',
            {
              NewVersionPercent: '10',
              EvaluationTime: '10',
            },
          ),
        ]
      : []),
    section(
      'aws:autoscaling:updatepolicy:rollingupdate',
      'Changes that replace instances: one at a time, the next when it is healthy.',
      {
        RollingUpdateEnabled: 'true',
        RollingUpdateType: 'Health',
        MaxBatchSize: '1',
        MinInstancesInService: '1',
        Timeout: 'PT30M',
      },
    ),
    section(
      'aws:elasticbeanstalk:managedactions',
      'Updates of the platform, in a window of two hours. Times are UTC.',
      {
        ManagedActionsEnabled: 'true',
        PreferredStartTime: 'Tue:03:00',
        ServiceRoleForManagedUpdates: [
          'AWSServiceRoleForElasticBeanstalkManagedUpdates',
          'made by Elastic Beanstalk where it is missing',
        ],
      },
    ),
    section(
      'aws:elasticbeanstalk:managedactions:platformupdate',
      'Always on new instances, and every week, so that replacing them is nothing special.',
      {
        UpdateLevel: 'minor',
        InstanceRefreshEnabled: 'true',
      },
    ),
  ]
}

const WITHOUT_CLIENT_ERRORS = {
  Version: 1,
  Rules: {
    Environment: {
      Application: { ApplicationRequests4xx: { Enabled: false } },
      ELB: { ELBRequests4xx: { Enabled: false } },
    },
  },
}

function observation({ tier }: Deployment): OptionSection[] {
  const document =
    tier === 'web'
      ? WITHOUT_CLIENT_ERRORS
      : { Version: 1, Rules: { Environment: { Application: { ApplicationRequests4xx: { Enabled: false } } } } }
  return [
    section(
      'aws:elasticbeanstalk:healthreporting:system',
      "A client's invalid row is a 4xx, and no reason to replace an instance.",
      {
        SystemType: ['enhanced', 'deployments and managed updates are judged by it'],
        HealthCheckSuccessThreshold: 'Ok',
        ConfigDocument: JSON.stringify(document),
      },
    ),
    section('aws:elasticbeanstalk:cloudwatch:logs', "nginx's, the platform's and the container's logs.", {
      StreamLogs: 'true',
      DeleteOnTerminate: 'false',
      RetentionInDays: '14',
    }),
    section('aws:elasticbeanstalk:cloudwatch:logs:health', 'Why the health was what it was.', {
      HealthStreamingEnabled: 'true',
      DeleteOnTerminate: 'false',
      RetentionInDays: '14',
    }),
  ]
}

function variables(deployment: Deployment): OptionSection[] {
  const { tier, variables, secrets, deadLetterQueueUrl } = deployment
  const deadLetters =
    deadLetterQueueUrl ?? (hasOwnQueues(deployment) ? '`{"Ref":"AWSEBWorkerDeadLetterQueue"}`' : undefined)
  return [
    section('aws:elasticbeanstalk:application:environment', 'The settings of the container.', {
      METRICS: ['cloudwatch', 'without data nothing scales'],
      ENVIRONMENT_NAME: ['`{"Ref":"AWSEBEnvironmentName"}`', 'the dimension of every metric'],
      AWS_REGION: '`{"Ref":"AWS::Region"}`',
      WORKERS: ['auto', 'a process for each core'],
      ...(tier === 'worker' && { WORKER_TIER: 'true' }),
      DEAD_LETTER_QUEUE_URL: deadLetters,
      ...variables,
    }),
    ...(Object.keys(secrets).length === 0
      ? []
      : [
          section(
            'aws:elasticbeanstalk:application:environmentsecrets',
            'Read when an instance starts or is deployed to.',
            secrets,
          ),
        ]),
  ]
}
