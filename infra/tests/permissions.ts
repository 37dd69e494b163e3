import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { stageOf } from './synthesis.ts'

export const ACCOUNT = '123456789012'
export const REGION = 'eu-central-1'

type Statement = {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Condition?: Record<string, Record<string, string>>
}
type Resource = { readonly Type: string; readonly Properties: Record<string, unknown> }
type Stacks = ReadonlyMap<string, Template>

/** What a role of a stack may do by its own policies, as IAM would decide it. */
export type Permissions = {
  /** Every action that is allowed somewhere, sorted. */
  readonly actions: readonly string[]
  /** Actions that are allowed on everything, whatever the conditions. */
  readonly anywhere: readonly string[]
  may(action: string, resource: string, context?: Record<string, string>): boolean
}

export function permissionsOf(stage: string, stack: string, role: string): Permissions {
  const stacks = new Map(
    stageOf(stage)
      .node.children.filter(Stack.isStack)
      .map(child => [child.node.id, Template.fromStack(child)]),
  )
  const template = stacks.get(stack)
  const policies = Object.values(template?.findResources('AWS::IAM::Policy') ?? {}).filter(({ Properties }) =>
    Properties.Roles.some(({ Ref = '' }) => Ref.startsWith(role)),
  )
  if (template === undefined || policies.length === 0) throw new Error(`${stack} has no policy of a role ${role}`)
  const statements = policies.flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
  const isAnywhere = ({ Resource }: Statement): boolean => [Resource].flat().includes('*')
  return {
    actions: [...new Set(statements.flatMap(({ Action }) => Action))].sort(),
    anywhere: [...new Set(statements.filter(isAnywhere).flatMap(({ Action }) => Action))].sort(),
    may: (action, resource, context = {}) =>
      statements.some(
        ({ Effect, Action, Resource, Condition = {} }) =>
          Effect === 'Allow' &&
          [Action].flat().some(pattern => matches(pattern, action)) &&
          [Resource].flat().some(pattern => matches(textOf(pattern, template, stacks), resource)) &&
          holds(Condition, context),
      ),
  }
}

function holds(condition: NonNullable<Statement['Condition']>, context: Record<string, string>): boolean {
  return Object.entries(condition).every(([operator, wanted]) => {
    if (operator !== 'StringEquals') throw new Error(`conditions of ${operator} are not known here`)
    return Object.entries(wanted).every(([key, value]) => context[key] === value)
  })
}

function matches(pattern: string, text: string): boolean {
  const parts = pattern.split('*').map(part => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^${parts.join('.*')}$`).test(text)
}

/** An ARN as it will be: references are followed to the resource, in another stack too. */
function textOf(value: unknown, template: Template, stacks: Stacks): string {
  if (typeof value === 'string') return value
  const [[kind, operand]] = Object.entries(value as Record<string, unknown>) as [[string, unknown]]
  if (kind === 'Ref') return PSEUDO[operand as string] ?? fail(operand)
  if (kind === 'Fn::Join')
    return (operand as [string, unknown[]])[1].map(part => textOf(part, template, stacks)).join('')
  if (kind === 'Fn::GetAtt') {
    const [id, attribute] = operand as [string, string]
    const resource = template.toJSON().Resources[id]
    return attribute === 'Arn' ? arnOf(id, resource, part => textOf(part, template, stacks)) : fail(value)
  }
  if (kind === 'Fn::ImportValue')
    for (const other of stacks.values())
      for (const { Value, Export } of Object.values(other.findOutputs('*')))
        if (Export?.Name === operand) return textOf(Value, other, stacks)
  return fail(value)
}

const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Partition': 'aws',
  'AWS::AccountId': ACCOUNT,
  'AWS::Region': REGION,
}

/** What has no name of its own is called as in the stack, without the hash that the CDK adds. */
function arnOf(id: string, { Type, Properties }: Resource, text: (value: unknown) => string): string {
  const name = (given: unknown): string => (given === undefined ? id.replace(/[0-9A-F]{8}$/, '') : text(given))
  const regional = (service: string, resource: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`
  switch (Type) {
    case 'AWS::S3::Bucket':
      return `arn:aws:s3:::${name(Properties.BucketName)}`
    case 'AWS::SQS::Queue':
      return regional('sqs', name(Properties.QueueName))
    case 'AWS::Kinesis::Stream':
      return regional('kinesis', `stream/${name(Properties.Name)}`)
    case 'AWS::Logs::LogGroup':
      return regional('logs', `log-group:${name(Properties.LogGroupName)}:*`)
    case 'AWS::ECR::Repository':
      return regional('ecr', `repository/${name(Properties.RepositoryName)}`)
    default:
      return fail(Type)
  }
}

function fail(value: unknown): never {
  throw new Error(`what ${JSON.stringify(value)} is in a policy is not known here`)
}
