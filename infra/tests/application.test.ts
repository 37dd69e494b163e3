import { Stack } from 'aws-cdk-lib'
import { describe, expect, test } from 'vitest'
import { aConfiguration, stageOf, synthesise, templateOf } from './synthesis.ts'

describe.each(['dev', 'prod'])('%s', stage => {
  const stacks = stageOf(stage)
    .node.children.filter(Stack.isStack)
    .map(({ node }) => node.id)

  test('every resource that can be tagged carries the six tags, its component among them', () => {
    for (const stack of stacks)
      for (const [id, { Properties }] of Object.entries(templateOf(stage, stack).toJSON().Resources as Resources)) {
        const tags = Properties?.Tags ?? Properties?.ResourceTags
        if (!Array.isArray(tags)) continue
        const keys = tags.map(({ Key }) => Key).filter(key => key !== 'Name' && !key.startsWith('aws-cdk'))
        expect(keys, `${stack} ${id}`).toEqual([
          'Component',
          'CostCenter',
          'Environment',
          'ModelName',
          'Owner',
          'Project',
        ])
      }
  })

  test('no ARN holds a partition, but those that the configuration names', () => {
    const own = Object.values(aConfiguration().stages[stage]).filter(value => String(value).startsWith('arn:'))
    for (const stack of stacks) {
      let text = JSON.stringify(templateOf(stage, stack).toJSON())
      for (const arn of own) text = text.replaceAll(String(arn), '')
      expect(text, stack).not.toContain('arn:aws')
    }
  })
})

test('a problem that cdk-nag finds and nobody gives a reason for ends the synthesis', async () => {
  const { Bucket } = await import('aws-cdk-lib/aws-s3')
  const { makeApplication } = await import('../application.ts')
  const { readConfiguration } = await import('../configuration.ts')
  const app = makeApplication(readConfiguration(aConfiguration()))
  const models = stageOf('dev', app).node.findChild('models')
  new Bucket(models, 'Open')
  expect(() => app.synth()).toThrow()
})

test('where no repository is named nobody outside gets a role', () => {
  const stacks = stageOf('prod', synthesise(aConfiguration())).node.children.map(({ node }) => node.id)
  expect(stacks).not.toContain('delivery')
})

type Tags = readonly { readonly Key: string }[]
type Resources = Record<string, { Properties?: { Tags?: Tags; ResourceTags?: Tags } }>
