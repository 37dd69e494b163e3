import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import { CfnQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'

/** What a function may take for a batch; a message stays hidden six times as long. */
export const FUNCTION_TIMEOUT = Duration.seconds(60)

/** Records on their way to be scored, those that could not be, and their results. */
export class Queues extends Stack {
  readonly records: Queue
  readonly deadLetters: Queue
  readonly stream: Stream
  readonly results: Bucket
  /** The folder of the results, as servers name it. */
  readonly resultsUrl: string
  /** The results in their bucket, for policies. */
  readonly objects: string
  /** Where Lambda keeps the records of a stream that it gives up, whole: the prefix is its own. */
  readonly givenUp: string

  constructor(scope: Construct, id: string, { project, environment }: StageSettings) {
    super(scope, id)
    const safe = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }
    // the name is given, so that each of the two can name the other
    const queueName = `${project}-${environment}-records`
    const sourceQueueArns = [this.formatArn({ service: 'sqs', resource: queueName })]
    this.deadLetters = new Queue(this, 'DeadLetters', { ...safe, retentionPeriod: Duration.days(14) })
    if (this.deadLetters.node.defaultChild instanceof CfnQueue)
      this.deadLetters.node.defaultChild.redriveAllowPolicy = { redrivePermission: 'byQueue', sourceQueueArns }
    this.records = new Queue(this, 'Records', {
      ...safe,
      queueName,
      visibilityTimeout: Duration.seconds(6 * FUNCTION_TIMEOUT.toSeconds()),
      // shorter than that of the dead letters: a message's age counts from when it was first sent
      retentionPeriod: Duration.days(4),
      receiveMessageWaitTime: Duration.seconds(20),
      deadLetterQueue: { maxReceiveCount: 5, queue: this.deadLetters },
    })
    this.stream = new Stream(this, 'Stream', { encryption: StreamEncryption.MANAGED })
    const bucketName = `${project}-${environment}-results-${Aws.ACCOUNT_ID}`
    this.objects = `arn:${Aws.PARTITION}:s3:::${bucketName}/results/*`
    this.givenUp = `arn:${Aws.PARTITION}:s3:::${bucketName}/aws/lambda/*`
    this.resultsUrl = `s3://${bucketName}/results`
    this.results = new Bucket(this, 'Results', {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(2) }],
    })
    Validations.of(this.results).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Only the service writes and reads results.',
    })

    new Alarm(this, 'DeadLettersAlarm', {
      alarmDescription: 'Records were given up: docs/dead-letters.md says what to do.',
      // not what was sent: moves of the redrive policy are not counted there
      metric: this.deadLetters.metricApproximateNumberOfMessagesVisible({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    new Alarm(this, 'BacklogAlarm', {
      alarmDescription: 'The oldest record waits for ten minutes: those who score are too few, or stand still.',
      metric: this.records.metricApproximateAgeOfOldestMessage({
        period: Duration.minutes(1),
        statistic: Stats.MAXIMUM,
      }),
      threshold: 600,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
  }
}
