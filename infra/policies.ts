import { Aws, Validations } from 'aws-cdk-lib'
import { Effect, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { Models } from './stacks/models.ts'
import type { Queues } from './stacks/queues.ts'

const allow = (actions: string[], resources: string[], conditions = {}): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions })

/** Metrics of the server's own namespace alone; the action knows no resource. */
export const publishMetrics = (): PolicyStatement =>
  allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'ModelServing' } })

/** Models can be read, and not be written. */
export const readModels = ({ bucket, objects }: Models): PolicyStatement[] => [
  allow(['s3:ListBucket'], [bucket.bucketArn]),
  allow(['s3:GetObject'], [objects]),
]

/** Records are received and sent, dead letters sent and redriven, results written and followed. */
export const workOnRecords = ({ records, deadLetters, results, objects }: Queues): PolicyStatement[] => [
  allow(
    [
      'sqs:ReceiveMessage',
      'sqs:DeleteMessage',
      'sqs:ChangeMessageVisibility',
      'sqs:GetQueueAttributes',
      'sqs:SendMessage',
    ],
    [records.queueArn, deadLetters.queueArn],
  ),
  allow(['s3:ListBucket'], [results.bucketArn]),
  allow(['s3:GetObject', 's3:PutObject'], [objects]),
]

/** Where servers find models, records and results. */
export const placesOf = ({ bucket }: Models, { records, deadLetters, results }: Queues): Record<string, string> => ({
  MODEL_REPOSITORY: `s3://${bucket.bucketName}/models`,
  QUEUE_URL: records.queueUrl,
  DEAD_LETTER_QUEUE_URL: deadLetters.queueUrl,
  RESULTS_URL: `s3://${results.bucketName}/results`,
})

type Place = { readonly region: string; readonly account: string }

/** Images are pushed to one repository and read there; none is deleted. */
export const pushImages = (repository: string): PolicyStatement[] => [
  allow(['ecr:GetAuthorizationToken'], ['*']),
  allow(
    [
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ],
    [repository],
  ),
]

/** What `deploy beanstalk` calls, for one environment of one application. */
export function deployBeanstalk(
  { region, account }: Place,
  application: string,
  environment: string,
): PolicyStatement[] {
  const arn = (resource: string): string => `arn:aws:elasticbeanstalk:${region}:${account}:${resource}`
  const versions = arn(`applicationversion/${application}/*`)
  return [
    // the two are asked without a name
    allow(['elasticbeanstalk:DescribeApplications', 'elasticbeanstalk:CreateStorageLocation'], ['*']),
    // all of the application's, to tell the nearest name of one that is not there
    allow(['elasticbeanstalk:DescribeEnvironments'], [arn(`environment/${application}/*`)]),
    allow(
      [
        'elasticbeanstalk:DescribeEnvironmentHealth',
        'elasticbeanstalk:DescribeInstancesHealth',
        'elasticbeanstalk:UpdateEnvironment',
        'elasticbeanstalk:AbortEnvironmentUpdate',
      ],
      [arn(`environment/${application}/${environment}`)],
    ),
    allow(['elasticbeanstalk:DescribeApplicationVersions'], [versions]),
    allow(['elasticbeanstalk:CreateApplicationVersion'], [arn(`application/${application}`), versions]),
    allow(['s3:PutObject', 's3:GetObject'], [`arn:aws:s3:::elasticbeanstalk-${region}-${account}/${application}/*`]),
  ]
}

/** What `deploy lambda` calls, for one function. */
export function deployFunction({ region, account }: Place, name: string): PolicyStatement[] {
  const arn = `arn:aws:lambda:${region}:${account}:function:${name}`
  return [
    allow(
      [
        'lambda:GetAlias',
        'lambda:UpdateAlias',
        'lambda:UpdateFunctionCode',
        'lambda:PublishVersion',
        'lambda:GetFunctionConfiguration',
        'lambda:InvokeFunction',
      ],
      [arn, `${arn}:*`],
    ),
    allow(['cloudwatch:DescribeAlarms'], ['*']),
  ]
}

/** Tells cdk-nag why a role's policy names these resources with a star. */
export function explainWildcards(role: Role, resources: readonly string[], reason: string): void {
  for (const resource of resources)
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${resource.replaceAll(Aws.ACCOUNT_ID, '<AWS::AccountId>')}]`,
      reason,
    })
}

/** Tells cdk-nag why a role has policies that AWS keeps. */
export function explainManaged(role: Role, policies: readonly string[], reason: string): void {
  for (const name of policies)
    Validations.of(role).acknowledge({
      id: `AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/${name}]`,
      reason,
    })
}
