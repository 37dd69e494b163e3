import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeApplication } from '../application.ts'
import { readConfiguration } from '../configuration.ts'
import { actionsOf, committed, templateOf } from './synthesis.ts'

const template = templateOf('prod', 'delivery')

/** What the role of a GitHub environment may do: each action with its resources, as text. */
function permissionsOf(environment: string): Map<string, string> {
  const policies = Object.values(template.findResources('AWS::IAM::Policy'))
  const own = policies.filter(({ Properties }) => JSON.stringify(Properties.Roles).includes(`${environment}Role`))
  expect(own).toHaveLength(1)
  const statements = own.flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
  for (const { Effect } of statements) expect(Effect).toBe('Allow')
  return new Map(
    statements.flatMap(statement => actionsOf(statement).map(action => [action, JSON.stringify(statement.Resource)])),
  )
}

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

test('registry pushes to one repository, and can neither delete images nor deploy', () => {
  const permissions = permissionsOf('registry')
  expect([...permissions.keys()].sort()).toEqual([
    'ecr:BatchCheckLayerAvailability',
    'ecr:BatchGetImage',
    'ecr:CompleteLayerUpload',
    'ecr:GetAuthorizationToken',
    'ecr:GetDownloadUrlForLayer',
    'ecr:InitiateLayerUpload',
    'ecr:PutImage',
    'ecr:UploadLayerPart',
  ])
  for (const [action, resource] of permissions)
    if (action === 'ecr:GetAuthorizationToken') expect(resource).toBe('"*"')
    else expect(resource).toMatch(/^\{"Fn::GetAtt":\["Images\w+","Arn"\]\}$/)
})

test('production deploys one environment and one function, and can neither push images, delete, nor touch roles', () => {
  const permissions = permissionsOf('production')
  expect([...permissions.keys()].sort()).toEqual([
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
  const anywhere = [...permissions].filter(([, resource]) => resource === '"*"').map(([action]) => action)
  expect(anywhere.sort()).toEqual([
    'cloudwatch:DescribeAlarms',
    'elasticbeanstalk:CreateStorageLocation',
    'elasticbeanstalk:DescribeApplications',
  ])
  expect(permissions.get('elasticbeanstalk:UpdateEnvironment')).toContain(
    ':environment/model-serving-prod/model-serving-prod-web"',
  )
  expect(permissions.get('lambda:UpdateAlias')).toContain(':function:model-serving-prod:*"')
  expect(permissions.get('s3:PutObject')).toContain('/model-serving-prod/*"')
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

test('where no repository is named nobody outside gets a role', () => {
  const app = makeApplication(readConfiguration(committed), mkdtempSync(join(tmpdir(), 'infra-')))
  expect(app.node.findChild('model-serving-prod').node.tryFindChild('delivery')).toBeUndefined()
})

test.each(['OWNER', 'OWNER/*', 'OWNER/REPOSITORY:ref:x'])('%s names no repository', github => {
  expect(() => readConfiguration({ ...committed, github })).toThrow('github: must be OWNER/REPOSITORY')
})
