/** What moto's CloudFormation does not make (its own log says so), or makes nothing that could be referred to. */
const UNKNOWN = [
  'AWS::Budgets::Budget',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::EC2::SecurityGroupEgress',
  'AWS::ElasticBeanstalk::Application',
  'AWS::ElasticBeanstalk::ApplicationVersion',
  'AWS::ElasticBeanstalk::Environment',
  'AWS::IAM::OIDCProvider',
  'AWS::KMS::Key',
  'AWS::Lambda::Alias',
  // of an alias
  'AWS::Lambda::EventSourceMapping',
  'AWS::Lambda::Url',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::Subscription',
  'AWS::SNS::TopicPolicy',
  'AWS::SQS::QueuePolicy',
]

type Resource = {
  readonly Type: string
  readonly DependsOn?: string | readonly string[]
  readonly Properties?: unknown
}
type Template = {
  readonly Parameters?: Readonly<Record<string, unknown>>
  readonly Resources: Readonly<Record<string, Resource>>
  readonly Outputs?: Readonly<Record<string, { readonly Value: unknown; readonly Export?: { readonly Name: string } }>>
}

/**
 * A template without what moto does not know; what refers to that gets an ARN instead. `exported` are the names that stacks before it gave
 * out, and this one's are added.
 */
export function withoutUnknown(template: Template, exported: Set<string>, arn: string): Template {
  const isKnown = (id: string): boolean => !UNKNOWN.includes(template.Resources[id]?.Type ?? '')
  const isLost = (kind: string, operand: unknown): boolean =>
    (kind === 'Ref' && !isKnown(String(operand))) ||
    (kind === 'Fn::GetAtt' && !isKnown(String((operand as unknown[])[0]))) ||
    (kind === 'Fn::ImportValue' && !exported.has(String(operand)))

  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace)
    if (typeof value !== 'object' || value === null) return value
    const entries = Object.entries(value)
    const [[kind, operand] = ['', undefined]] = entries
    if (entries.length === 1 && isLost(kind, operand)) return arn
    return Object.fromEntries(entries.map(([key, part]) => [key, replace(part)]))
  }

  const Resources = Object.entries(template.Resources)
    .filter(([id]) => isKnown(id))
    .map(([id, { DependsOn = [], Properties, ...resource }]) => [
      id,
      { ...resource, DependsOn: [DependsOn].flat().filter(isKnown), Properties: replace(Properties) },
    ])
  const Outputs = Object.entries(template.Outputs ?? {}).filter(
    ([, { Value }]) => JSON.stringify(replace(Value)) === JSON.stringify(Value),
  )
  for (const [, { Export }] of Outputs) if (Export) exported.add(Export.Name)
  return { ...template, Resources: Object.fromEntries(Resources), Outputs: Object.fromEntries(Outputs) }
}
