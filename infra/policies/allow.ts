import { Effect, PolicyStatement } from 'aws-cdk-lib/aws-iam'

type Conditions = Record<string, Record<string, string>>

export const allow = (actions: string[], resources: string[], conditions: Conditions = {}): PolicyStatement =>
  new PolicyStatement({ effect: Effect.ALLOW, actions, resources, conditions })
