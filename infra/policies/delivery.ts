import { Aws } from 'aws-cdk-lib'
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { allow } from './allow.ts'

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
export function deployBeanstalk(region: string, application: string, environment: string): PolicyStatement[] {
  const arn = (resource: string): string =>
    `arn:${Aws.PARTITION}:elasticbeanstalk:${region}:${Aws.ACCOUNT_ID}:${resource}`
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
    // read again in the caller's name, when the bundle becomes a version
    allow(
      ['s3:PutObject', 's3:GetObject'],
      [`arn:${Aws.PARTITION}:s3:::elasticbeanstalk-${region}-${Aws.ACCOUNT_ID}/${application}/*`],
    ),
  ]
}

/** What `deploy lambda` calls, for one function. */
export function deployFunction(region: string, name: string): PolicyStatement[] {
  const arn = `arn:${Aws.PARTITION}:lambda:${region}:${Aws.ACCOUNT_ID}:function:${name}`
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
