import { Aws } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Models } from '../stacks/models.ts'
import type { Queues } from '../stacks/queues.ts'
import { allow } from './allow.ts'

/** Metrics of the server's own namespace alone; the action knows no resource. */
export const publishMetrics = (): PolicyStatement =>
  allow(['cloudwatch:PutMetricData'], ['*'], { StringEquals: { 'cloudwatch:namespace': 'ModelServing' } })

/** Models can be read, and not be written. */
export const readModels = ({ bucket, objects }: Models): PolicyStatement[] => [
  allow(['s3:ListBucket'], [bucket.bucketArn]),
  allow(['s3:GetObject'], [objects]),
]

/** Results are written and read again under one prefix. */
export const keepResults = ({ results, objects }: Queues): PolicyStatement[] => [
  allow(['s3:ListBucket'], [results.bucketArn]),
  allow(['s3:GetObject', 's3:PutObject'], [objects]),
]

/** Records are taken off the queue, hidden for longer, and put there. */
export const consumeRecords = ({ records }: Queues): PolicyStatement =>
  allow([...RECEIVE, 'sqs:GetQueueAttributes', 'sqs:SendMessage'], [records.queueArn])

/** What could not be scored is set aside, and nothing that is there can be read. */
export const giveUpRecords = ({ deadLetters }: Queues): PolicyStatement =>
  allow(['sqs:SendMessage'], [deadLetters.queueArn])

/** The console lists dead letters, and deletes those that an operator discards. */
export const keepDeadLetters = ({ deadLetters }: Queues): PolicyStatement =>
  allow([...RECEIVE, 'sqs:GetQueueAttributes', 'sqs:SendMessage'], [deadLetters.queueArn])

const RECEIVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility']

/** The table that Elastic Beanstalk makes for the daemons of a worker environment: who of them sends what `cron.yaml` plans. */
export const leadPeriodicTasks = (region: string): PolicyStatement =>
  allow(
    ['BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'Scan', 'UpdateItem'].map(
      name => `dynamodb:${name}`,
    ),
    // the rest of its name is CloudFormation's
    [`arn:${Aws.PARTITION}:dynamodb:${region}:${Aws.ACCOUNT_ID}:table/*-stack-AWSEBWorkerCronLeaderRegistry*`],
  )
