import { expect, test } from 'vitest'
import { readConfiguration } from '../configuration.ts'
import { aConfiguration } from './synthesis.ts'

test('every problem of a configuration is told at once', () => {
  const broken = aConfiguration()
  broken.owner = ''
  broken.stages.dev.natGateways = 9
  broken.stages.dev.recordsScoredBy = ['worker', 'worker']
  broken.stages.prod.region = 'Frankfurt'
  expect(() => readConfiguration(broken)).toThrow(
    /4 problem[\s\S]*owner[\s\S]*stages\.dev\.natGateways[\s\S]*recordsScoredBy: names somebody twice[\s\S]*stages\.prod\.region/,
  )
})

test('what is misspelt is told by its name', () => {
  const broken = aConfiguration()
  broken.stages.prod.alarmMail = 'alarms@example.com'
  expect(() => readConfiguration(broken)).toThrow(/1 problem[\s\S]*alarmMail/)
})

test('ARNs are of the service that is asked for, in any partition of AWS', () => {
  const configuration = aConfiguration()
  configuration.stages.dev.certificate = 'arn:aws-us-gov:acm:us-gov-west-1:123456789012:certificate/0'
  expect(readConfiguration(configuration).stages.dev.certificate).toMatch(/^arn:aws-us-gov/)
  configuration.stages.dev.certificate = 'arn:aws:iam::123456789012:server-certificate/0'
  expect(() => readConfiguration(configuration)).toThrow('stages.dev.certificate: must be an ARN of acm')
})

test.each(['OWNER', 'OWNER/*', 'OWNER/REPOSITORY:ref:x'])('%s names no repository', github => {
  expect(() => readConfiguration({ ...aConfiguration(), github })).toThrow('github: must be OWNER/REPOSITORY')
})
