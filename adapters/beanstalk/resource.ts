/** A resource of CloudFormation that the environment's stack gets, or whose properties it changes. */
export type Resource = {
  readonly name: string
  /** Absent where its own description says it. */
  readonly why?: string
  readonly type: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Publishes one line for each environment: `EnvironmentName` is the only dimension. */
export const NAMESPACE = 'ModelServing'

export const byEnvironment = [{ Name: 'EnvironmentName', Value: { Ref: 'AWSEBEnvironmentName' } }]

export function tagList(tags: Readonly<Record<string, string>>): readonly unknown[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }))
}
