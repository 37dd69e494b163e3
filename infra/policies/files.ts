import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { Files } from '../stacks/files.ts'
import { allow } from './allow.ts'

/** Files are read and scored beside themselves, large ones in parts. What is deleted is the function's own: parts, and notes about a file. */
export const scoreFiles = ({ bucket, tasks, objects: { files, notes, parts } }: Files): PolicyStatement[] => [
  allow(['s3:ListBucket'], [bucket.bucketArn]),
  allow(['s3:GetObject', 's3:PutObject', 's3:AbortMultipartUpload'], [files, parts]),
  allow(['s3:DeleteObject'], [...notes, parts]),
  allow(['sqs:SendMessage'], [tasks.queueArn]),
]
