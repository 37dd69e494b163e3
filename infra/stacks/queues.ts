import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { Alarm, ComparisonOperator, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import { Stream, StreamEncryption } from 'aws-cdk-lib/aws-kinesis'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { createQueueWithLetters } from './queue-with-letters.ts'

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
    const { queue, deadLetters } = createQueueWithLetters(
      this,
      'Records',
      { queueName: `${project}-${environment}-records`, receiveMessageWaitTime: Duration.seconds(20) },
      {
        id: 'DeadLettersAlarm',
        alarmDescription: 'Records were given up: docs/dead-letters.md says what to do.',
      },
    )
    this.records = queue
    this.deadLetters = deadLetters
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
