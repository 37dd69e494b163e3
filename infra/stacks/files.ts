import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { BlockPublicAccess, Bucket, BucketEncryption, CfnBucket } from 'aws-cdk-lib/aws-s3'
import type { Queue } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'
import { createQueueWithLetters } from './queue-with-letters.ts'

/** Where files are put to be scored; scores appear beside them. Parts of large files lie elsewhere, so that they make no events. */
const FILES = 'files/'
/** The function's own prefix for parts of large files. */
const PARTS = '.scaling-mlops/'

/** Files on their way to be scored: a bucket whose events, and the ranges of large files, come to the function through one queue. */
export class Files extends Stack {
  readonly bucket: Bucket
  readonly tasks: Queue
  readonly deadLetters: Queue
  /** Objects for policies: files with their scores, the notes about a file that are taken away again, and parts. */
  readonly objects: { readonly files: string; readonly notes: readonly string[]; readonly parts: string }

  constructor(scope: Construct, id: string, { project, environment }: StageSettings) {
    super(scope, id)
    const name = `${project}-${environment}-files`
    const bucketName = `${name}-${Aws.ACCOUNT_ID}`
    const bucketArn = `arn:${Aws.PARTITION}:s3:::${bucketName}`
    this.objects = {
      files: `${bucketArn}/${FILES}*`,
      notes: [`${bucketArn}/${FILES}*.scored.errors.csv`, `${bucketArn}/${FILES}*.refused.json`],
      parts: `${bucketArn}/${PARTS}*`,
    }

    const { queue, deadLetters } = createQueueWithLetters(
      this,
      'Tasks',
      { queueName: name },
      {
        id: 'FilesGivenUpAlarm',
        alarmDescription:
          'Files, or ranges of them, could not be scored in five attempts: docs/operate.md says what to do.',
      },
    )
    this.tasks = queue
    this.deadLetters = deadLetters
    this.tasks.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('s3.amazonaws.com')],
        actions: ['sqs:SendMessage'],
        resources: [this.tasks.queueArn],
        conditions: {
          ArnEquals: { 'aws:SourceArn': bucketArn },
          StringEquals: { 'aws:SourceAccount': this.account },
        },
      }),
    )

    this.bucket = new Bucket(this, 'Files', {
      bucketName,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { prefix: PARTS, expiration: Duration.days(7) },
        { abortIncompleteMultipartUploadAfter: Duration.days(2) },
      ],
    })
    // not by the CDK's own notifications, which another function would set up, with rights on every bucket
    if (this.bucket.node.defaultChild instanceof CfnBucket)
      this.bucket.node.defaultChild.notificationConfiguration = {
        queueConfigurations: [
          {
            event: 's3:ObjectCreated:*',
            queue: this.tasks.queueArn,
            filter: { s3Key: { rules: [{ name: 'prefix', value: FILES }] } },
          },
        ],
      }
    // S3 tries the queue when it is given one
    this.bucket.node.addDependency(this.tasks.node.findChild('Policy'))
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Who puts files here is in CloudTrail; the rest is read and written by the function alone.',
    })
  }
}
