import { Aws, Duration, RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import type { StageSettings } from '../configuration.ts'

/** Where models are published to: a version is kept for a year after it was replaced, nobody outside reads it, nothing travels unencrypted. */
export class Models extends Stack {
  readonly bucket: Bucket
  /** The folder of the models, as servers name it. */
  readonly url: string
  /** The models in it, for policies. */
  readonly objects: string

  constructor(scope: Construct, id: string, { project, environment }: StageSettings) {
    super(scope, id)
    const bucketName = `${project}-${environment}-models-${Aws.ACCOUNT_ID}`
    this.objects = `arn:${Aws.PARTITION}:s3:::${bucketName}/models/*`
    this.url = `s3://${bucketName}/models`
    this.bucket = new Bucket(this, 'Models', {
      bucketName,
      versioned: true,
      encryption: BucketEncryption.S3_MANAGED,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
      lifecycleRules: [
        { noncurrentVersionExpiration: Duration.days(365), abortIncompleteMultipartUploadAfter: Duration.days(2) },
      ],
    })
    Validations.of(this.bucket).acknowledge({
      id: 'AwsSolutions-S1',
      reason: 'Reads are those of the servers themselves at their start; who publishes is in CloudTrail.',
    })
  }
}
