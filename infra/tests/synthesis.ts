import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { makeApplication } from '../application.ts'
import { readConfiguration } from '../configuration.ts'

export const committed = JSON.parse(readFileSync(new URL('../configuration.json', import.meta.url), 'utf8'))
const app = makeApplication(
  readConfiguration({
    ...committed,
    github: 'OWNER/REPOSITORY',
    stages: { ...committed.stages, prod: { ...committed.stages.prod, alarmEmail: 'alarms@example.com' } },
  }),
  mkdtempSync(join(tmpdir(), 'infra-')),
)
app.synth()

export const templateOf = (stage: string, stack: string): Template => {
  const found = app.node.findChild(`model-serving-${stage}`).node.findChild(stack)
  if (!Stack.isStack(found)) throw new Error(`${stack} is no stack`)
  return Template.fromStack(found)
}

export type Option = { Namespace: string; OptionName: string; Value: unknown }
export type Statement = { Action: string | string[]; Resource: unknown; Condition?: unknown; Effect: string }

export const statementsOf = (template: Template): Statement[] =>
  Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
    ({ Properties }) => Properties.PolicyDocument.Statement,
  )
export const actionsOf = ({ Action }: Statement): string[] => [Action].flat()
