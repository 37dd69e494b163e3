import { Aws } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { allow } from './allow.ts'

type Instance = {
  readonly region: string
  readonly environmentName: string
  /** Of ECR, where images are pulled from. */
  readonly repository: string
}

/** What Elastic Beanstalk's own programs on an instance do there, for one environment. */
export function runInstance({ region, environmentName, repository }: Instance): PolicyStatement[] {
  const arn = (service: string, resource: string): string =>
    `arn:${Aws.PARTITION}:${service}:${region}:${Aws.ACCOUNT_ID}:${resource}`
  const platform = `arn:${Aws.PARTITION}:s3:::elasticbeanstalk-${region}-${Aws.ACCOUNT_ID}`
  return [
    allow(['ec2:ModifyInstanceMetadataOptions'], [arn('ec2', 'instance/*')], {
      StringEquals: { 'ec2:ResourceTag/elasticbeanstalk:environment-name': environmentName },
    }),
    allow(['elasticbeanstalk:PutInstanceStatistics'], ['*']),
    allow(['s3:GetObject'], [`${platform}/*`]),
    allow(['s3:PutObject'], [`${platform}/resources/environments/logs/*`]),
    allow(
      ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams', 'logs:DescribeLogGroups'],
      [arn('logs', `log-group:/aws/elasticbeanstalk/${environmentName}*`)],
    ),
    allow(['ecr:GetAuthorizationToken'], ['*']),
    allow(
      ['ecr:BatchCheckLayerAvailability', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchGetImage'],
      [arn('ecr', `repository/${repository}`)],
    ),
  ]
}
