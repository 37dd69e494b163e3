import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type App, Stack, Stage } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { makeApplication } from '../application.ts'
import { readConfiguration } from '../configuration.ts'

export const committed = JSON.parse(readFileSync(new URL('../configuration.json', import.meta.url), 'utf8'))

/** A copy of the committed configuration, to be changed. */
export const aConfiguration = () => structuredClone(committed)

export function synthesise(configuration: unknown): App {
  const app = makeApplication(readConfiguration(configuration), mkdtempSync(join(tmpdir(), 'infra-')))
  app.synth()
  return app
}

/** The committed configuration with all that it may hold besides. */
const app = synthesise({
  ...committed,
  github: 'OWNER/REPOSITORY',
  stages: { ...committed.stages, prod: { ...committed.stages.prod, alarmEmail: 'alarms@example.com' } },
})

export function stageOf(name: string, of = app): Stage {
  const found = of.node.findChild(`model-serving-${name}`)
  if (!Stage.isStage(found)) throw new Error(`${name} is no stage`)
  return found
}

export function templateOf(stage: string, stack: string, of = app): Template {
  const found = stageOf(stage, of).node.findChild(stack)
  if (!Stack.isStack(found)) throw new Error(`${stack} is no stack`)
  return Template.fromStack(found)
}

/** The properties of all resources of a type. */
export const propertiesOf = (template: Template, type: string) =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties)
