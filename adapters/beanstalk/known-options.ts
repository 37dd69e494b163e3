import { listOf, matching, type OptionKind, oneOf, text, truth, whole } from './option-kind.ts'

/** Stands for any name: environment variables are named by whoever sets them. */
const ANY = '*'

const arn = (service: string): OptionKind =>
  matching(new RegExp(`^arn:aws[\\w-]*:${service}:[\\w-]*:\\d{12}:\\S+$`), `an ARN of ${service}`)
const named = (prefix: string): OptionKind =>
  matching(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), `an id like ${prefix}-0a1b2c3d`)
const path = matching(/^\/\S*$/, 'a path like /health/ready')
const instanceType = matching(/^[a-z][a-z0-9-]*\.[a-z0-9]+$/, 'a type like c7g.medium')
const duration = matching(/^PT(\d+H)?(\d+M)?(\d+S)?$/, 'a duration like PT30M')
const days = oneOf(...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1827, 3653].map(String))

/**
 * The options of Elastic Beanstalk that this project may set, and what they take, in own words.
 * Source: AWS Elastic Beanstalk Developer Guide, "General options for all environments", read in November 2026.
 */
export const knownOptions = {
  'aws:autoscaling:asg': {
    'Availability Zones': oneOf('Any', 'Any 1', 'Any 2', 'Any 3'),
    Cooldown: whole(0, 10_000),
    'Custom Availability Zones': listOf(matching(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/, 'a zone like eu-central-1a')),
    EnableCapacityRebalancing: truth,
    MaxSize: whole(1, 10_000),
    MinSize: whole(1, 10_000),
  },
  'aws:autoscaling:launchconfiguration': {
    DisableDefaultEC2SecurityGroup: truth,
    DisableIMDSv1: truth,
    EC2KeyName: text,
    IamInstanceProfile: text,
    LaunchTemplateTagPropagationEnabled: truth,
    MonitoringInterval: oneOf('1 minute', '5 minute'),
    RootVolumeIOPS: whole(100, 20_000),
    RootVolumeSize: whole(10, 16_384),
    RootVolumeThroughput: whole(125, 1000),
    RootVolumeType: oneOf('standard', 'gp2', 'gp3', 'io1'),
    SSHSourceRestriction: matching(/^tcp,22,22,\S+$/, 'like tcp,22,22,192.0.2.0/24'),
    SecurityGroups: text,
  },
  'aws:autoscaling:trigger': {
    BreachDuration: whole(1, 600),
    EvaluationPeriods: whole(1, 600),
    LowerBreachScaleIncrement: matching(/^-?\d+$/, 'a whole number'),
    LowerThreshold: whole(0, 20_000_000),
    MeasureName: oneOf(
      'CPUUtilization',
      'NetworkIn',
      'NetworkOut',
      'DiskWriteOps',
      'DiskReadBytes',
      'DiskReadOps',
      'DiskWriteBytes',
      'Latency',
      'RequestCount',
      'HealthyHostCount',
      'UnhealthyHostCount',
      'TargetResponseTime',
    ),
    Period: whole(1, 600),
    Statistic: oneOf('Minimum', 'Maximum', 'Sum', 'Average'),
    Unit: oneOf('Seconds', 'Percent', 'Bytes', 'Bits', 'Count', 'Bytes/Second', 'Bits/Second', 'Count/Second', 'None'),
    UpperBreachScaleIncrement: matching(/^-?\d+$/, 'a whole number'),
    UpperThreshold: whole(0, 20_000_000),
  },
  'aws:autoscaling:updatepolicy:rollingupdate': {
    MaxBatchSize: whole(1, 10_000),
    MinInstancesInService: whole(0, 9_999),
    PauseTime: duration,
    RollingUpdateEnabled: truth,
    RollingUpdateType: oneOf('Time', 'Health', 'Immutable'),
    Timeout: duration,
  },
  'aws:ec2:instances': {
    EnableSpot: truth,
    InstanceTypes: listOf(instanceType),
    SpotAllocationStrategy: oneOf(
      'capacity-optimized',
      'capacity-optimized-prioritized',
      'lowest-price',
      'price-capacity-optimized',
    ),
    SpotFleetOnDemandAboveBasePercentage: whole(0, 100),
    SpotFleetOnDemandBase: whole(0, 10_000),
    SpotMaxPrice: matching(/^\d+(\.\d+)?$/, 'a price in dollars'),
    SupportedArchitectures: oneOf('arm64', 'x86_64'),
  },
  'aws:ec2:vpc': {
    AssociatePublicIpAddress: truth,
    ELBScheme: oneOf('public', 'internal'),
    ELBSubnets: listOf(named('subnet')),
    Subnets: listOf(named('subnet')),
    VPCId: named('vpc'),
  },
  'aws:elasticbeanstalk:application:environment': { [ANY]: matching(/^[^\0]{0,4096}$/, 'text') },
  'aws:elasticbeanstalk:application:environmentsecrets': {
    [ANY]: matching(
      /^arn:aws[\w-]*:(secretsmanager|ssm):[\w-]+:\d{12}:\S+$/,
      'an ARN of Secrets Manager or of a parameter of SSM',
    ),
  },
  'aws:elasticbeanstalk:cloudwatch:logs': { DeleteOnTerminate: truth, RetentionInDays: days, StreamLogs: truth },
  'aws:elasticbeanstalk:cloudwatch:logs:health': {
    DeleteOnTerminate: truth,
    HealthStreamingEnabled: truth,
    RetentionInDays: days,
  },
  'aws:elasticbeanstalk:command': {
    BatchSize: whole(1, 10_000),
    BatchSizeType: oneOf('Percentage', 'Fixed'),
    DeploymentPolicy: oneOf('AllAtOnce', 'Rolling', 'RollingWithAdditionalBatch', 'Immutable', 'TrafficSplitting'),
    IgnoreHealthCheck: truth,
    Timeout: whole(1, 3600),
  },
  'aws:elasticbeanstalk:environment': {
    EnvironmentType: oneOf('SingleInstance', 'LoadBalanced'),
    LoadBalancerIsShared: truth,
    LoadBalancerType: oneOf('classic', 'application', 'network'),
    ServiceRole: text,
  },
  'aws:elasticbeanstalk:environment:process:default': {
    DeregistrationDelay: whole(0, 3600),
    HealthCheckInterval: whole(5, 300),
    HealthCheckPath: path,
    HealthCheckTimeout: whole(1, 60),
    HealthyThresholdCount: whole(2, 10),
    MatcherHTTPCode: matching(/^\d{3}([-,]\d{3})*$/, 'codes like 200 or 200-204'),
    Port: whole(1, 65_535),
    Protocol: oneOf('HTTP', 'HTTPS'),
    StickinessEnabled: truth,
    StickinessLBCookieDuration: whole(1, 604_800),
    UnhealthyThresholdCount: whole(2, 10),
  },
  'aws:elasticbeanstalk:environment:proxy': { ProxyServer: oneOf('nginx', 'apache', 'none') },
  'aws:elasticbeanstalk:healthreporting:system': {
    ConfigDocument: matching(/^\{.*\}$/, 'a JSON object'),
    HealthCheckSuccessThreshold: oneOf('Ok', 'Warning', 'Degraded', 'Severe'),
    SystemType: oneOf('basic', 'enhanced'),
  },
  'aws:elasticbeanstalk:managedactions': {
    ManagedActionsEnabled: truth,
    PreferredStartTime: matching(
      /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun):([01]\d|2[0-3]):[0-5]\d$/,
      'a day and time like Tue:03:00',
    ),
    ServiceRoleForManagedUpdates: text,
  },
  'aws:elasticbeanstalk:managedactions:platformupdate': {
    InstanceRefreshEnabled: truth,
    UpdateLevel: oneOf('patch', 'minor'),
  },
  'aws:elasticbeanstalk:sqsd': {
    ConnectTimeout: whole(1, 60),
    ErrorVisibilityTimeout: whole(0, 43_200),
    HttpConnections: whole(1, 100),
    HttpPath: path,
    InactivityTimeout: whole(1, 36_000),
    MaxRetries: whole(1, 100),
    MimeType: matching(/^[\w.+-]+\/[\w.+-]+$/, 'a type like application/json'),
    RetentionPeriod: whole(60, 1_209_600),
    VisibilityTimeout: whole(0, 43_200),
    WorkerQueueURL: matching(/^https?:\/\/\S+$/, 'the URL of a queue'),
  },
  'aws:elasticbeanstalk:trafficsplitting': { EvaluationTime: whole(3, 600), NewVersionPercent: whole(1, 100) },
  'aws:elbv2:listener:443': {
    DefaultProcess: text,
    ListenerEnabled: truth,
    Protocol: oneOf('HTTP', 'HTTPS'),
    Rules: text,
    SSLCertificateArns: arn('acm'),
    SSLPolicy: matching(/^ELBSecurityPolicy-[\w-]+$/, 'a policy like ELBSecurityPolicy-TLS13-1-2-2021-06'),
  },
  'aws:elbv2:listener:default': {
    DefaultProcess: text,
    ListenerEnabled: truth,
    Protocol: oneOf('HTTP', 'HTTPS'),
    Rules: text,
  },
  'aws:elbv2:loadbalancer': {
    AccessLogsS3Bucket: text,
    AccessLogsS3Enabled: truth,
    AccessLogsS3Prefix: text,
    IdleTimeout: whole(1, 3600),
    ManagedSecurityGroup: text,
    SecurityGroups: text,
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, OptionKind>>>>

type KnownOptions = typeof knownOptions
export type Namespace = keyof KnownOptions
/** Names of options in a namespace; any where they are not Elastic Beanstalk's to choose. */
export type OptionName<N extends Namespace> = keyof KnownOptions[N] extends typeof ANY
  ? string
  : keyof KnownOptions[N] & string
