import { describe, expect, test } from 'vitest'
import { ACCOUNT, permissionsOf, REGION } from './permissions.ts'
import { templateOf } from './synthesis.ts'

const template = templateOf('prod', 'delivery')

test.each(['registry', 'production'])('the role of %s is taken by that environment of one repository alone', name => {
  const roles = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith(`${name}Role`))
  expect(roles.map(([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement)).toEqual([
    [
      {
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            'token.actions.githubusercontent.com:aud': 'sts.amazonaws.com',
            'token.actions.githubusercontent.com:sub': `repo:OWNER/REPOSITORY:environment:${name}`,
          },
        },
        Effect: 'Allow',
        Principal: { Federated: { 'Fn::GetAtt': ['GitHub', 'Arn'] } },
      },
    ],
  ])
})

const IMAGES = `arn:aws:ecr:${REGION}:${ACCOUNT}:repository/model-serving`
const beanstalk = (resource: string): string => `arn:aws:elasticbeanstalk:${REGION}:${ACCOUNT}:${resource}`
const WEB = beanstalk('environment/model-serving-prod/model-serving-prod-web')
const VERSION = beanstalk('applicationversion/model-serving-prod/v1')
const BUNDLES = `arn:aws:s3:::elasticbeanstalk-${REGION}-${ACCOUNT}`
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:model-serving-prod`

describe('registry', () => {
  const { actions, anywhere, may } = permissionsOf('prod', 'delivery', 'registryRole')

  test('pushes images to one repository', () => {
    expect(actions).toEqual([
      'ecr:BatchCheckLayerAvailability',
      'ecr:BatchGetImage',
      'ecr:CompleteLayerUpload',
      'ecr:GetAuthorizationToken',
      'ecr:GetDownloadUrlForLayer',
      'ecr:InitiateLayerUpload',
      'ecr:PutImage',
      'ecr:UploadLayerPart',
    ])
    expect(anywhere).toEqual(['ecr:GetAuthorizationToken'])
    expect(may('ecr:PutImage', IMAGES)).toBe(true)
  })

  test.each([
    ['ecr:PutImage', IMAGES.replace('model-serving', 'another')],
    ['ecr:BatchDeleteImage', IMAGES],
    ['elasticbeanstalk:UpdateEnvironment', WEB],
    ['lambda:UpdateAlias', FUNCTION],
  ])('may not %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe(false)
  })
})

describe('production', () => {
  const { actions, anywhere, may } = permissionsOf('prod', 'delivery', 'productionRole')

  test('has what the two deployments call, and no more', () => {
    expect(actions).toEqual([
      'cloudwatch:DescribeAlarms',
      'elasticbeanstalk:AbortEnvironmentUpdate',
      'elasticbeanstalk:CreateApplicationVersion',
      'elasticbeanstalk:CreateStorageLocation',
      'elasticbeanstalk:DescribeApplicationVersions',
      'elasticbeanstalk:DescribeApplications',
      'elasticbeanstalk:DescribeEnvironmentHealth',
      'elasticbeanstalk:DescribeEnvironments',
      'elasticbeanstalk:DescribeInstancesHealth',
      'elasticbeanstalk:UpdateEnvironment',
      'lambda:GetAlias',
      'lambda:GetFunctionConfiguration',
      'lambda:InvokeFunction',
      'lambda:PublishVersion',
      'lambda:UpdateAlias',
      'lambda:UpdateFunctionCode',
      's3:GetObject',
      's3:PutObject',
    ])
    expect(anywhere).toEqual([
      'cloudwatch:DescribeAlarms',
      'elasticbeanstalk:CreateStorageLocation',
      'elasticbeanstalk:DescribeApplications',
    ])
  })

  test.each([
    ['elasticbeanstalk:UpdateEnvironment', WEB],
    ['elasticbeanstalk:CreateApplicationVersion', VERSION],
    ['s3:PutObject', `${BUNDLES}/model-serving-prod/v1.zip`],
    ['s3:GetObject', `${BUNDLES}/model-serving-prod/v1.zip`],
    ['lambda:UpdateFunctionCode', FUNCTION],
    ['lambda:UpdateAlias', `${FUNCTION}:live`],
    ['lambda:InvokeFunction', `${FUNCTION}:7`],
  ])('may %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe(true)
  })

  test.each([
    ['elasticbeanstalk:UpdateEnvironment', WEB.replaceAll('-prod', '-dev')],
    ['elasticbeanstalk:UpdateEnvironment', WEB.replace('-web', '-worker')],
    ['elasticbeanstalk:CreateApplicationVersion', VERSION.replace('-prod', '-dev')],
    ['elasticbeanstalk:TerminateEnvironment', WEB],
    ['elasticbeanstalk:DeleteApplicationVersion', VERSION],
    ['s3:PutObject', `${BUNDLES}/another/v1.zip`],
    ['s3:DeleteObject', `${BUNDLES}/model-serving-prod/v1.zip`],
    ['lambda:UpdateFunctionCode', FUNCTION.replace('-prod', '-dev')],
    ['lambda:UpdateFunctionConfiguration', FUNCTION],
    ['lambda:AddPermission', FUNCTION],
    ['lambda:DeleteFunction', FUNCTION],
    ['ecr:PutImage', IMAGES],
    ['iam:PassRole', '*'],
    ['iam:CreateRole', '*'],
  ])('may not %s on %s', (action, resource) => {
    expect(may(action, resource)).toBe(false)
  })
})

test('the names that the role knows are those of the environment and the function', () => {
  templateOf('prod', 'functions').hasResourceProperties('AWS::Lambda::Function', { FunctionName: 'model-serving-prod' })
  templateOf('prod', 'beanstalk').hasResourceProperties('AWS::ElasticBeanstalk::Environment', {
    EnvironmentName: 'model-serving-prod-web',
  })
})

test('images are scanned, their tags never move, and old ones go', () => {
  template.hasResourceProperties('AWS::ECR::Repository', {
    RepositoryName: 'model-serving',
    ImageScanningConfiguration: { ScanOnPush: true },
    ImageTagMutability: 'IMMUTABLE',
  })
  const [repository] = Object.values(template.findResources('AWS::ECR::Repository'))
  const { rules } = JSON.parse(repository?.Properties.LifecyclePolicy.LifecyclePolicyText)
  expect(rules.map(({ selection }: { selection: object }) => selection)).toEqual([
    { tagStatus: 'untagged', countType: 'sinceImagePushed', countNumber: 14, countUnit: 'days' },
    { tagStatus: 'tagged', tagPatternList: ['*'], countType: 'imageCountMoreThan', countNumber: 50 },
  ])
})
