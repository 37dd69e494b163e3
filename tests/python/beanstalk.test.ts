import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_DEPLOYMENT, type Deployment } from '@scaling-mlops/adapters/beanstalk'
import { beforeAll, describe, expect, it } from 'vitest'
import { IN_AN_ACCOUNT, WORKERS, WORKERS_WITH_GIVEN_QUEUE, WORKERS_WITH_OWN_QUEUE } from '../support/beanstalk.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPython } from './environment.ts'
import { toTemplate } from './stack.ts'

let python: Awaited<ReturnType<typeof openPython>>
beforeAll(async () => {
  python = await openPython()
})

/** What cfn-lint has against a template; empty where it has nothing. */
async function lint(template: unknown): Promise<string> {
  await using folder = await temporaryFolder()
  const file = join(folder.path, 'template.json')
  await writeFile(file, JSON.stringify(template))
  return await python('check_template.py', file).then(
    () => '',
    error => String(error.stderr),
  )
}

describe('the resources of an environment, by cfn-lint and the specification of CloudFormation', () => {
  it.each<[string, Deployment]>([
    ['as committed', DEFAULT_DEPLOYMENT],
    ['with all that an account adds', IN_AN_ACCOUNT],
    ['of workers', WORKERS],
    ['of workers with a queue of their own', WORKERS_WITH_OWN_QUEUE],
    ['of workers that are given a queue', WORKERS_WITH_GIVEN_QUEUE],
  ])('are right %s', async (_, deployment) => {
    expect(await lint(toTemplate(deployment))).toBe('')
  })

  it('are refused with a name that is misspelt, a wrong type and a resource that is not there', async () => {
    const text = JSON.stringify(toTemplate(DEFAULT_DEPLOYMENT))

    expect(await lint(JSON.parse(text.replace('"TargetValue":65', '"TargetValeu":65')))).toContain('TargetValeu')
    expect(
      await lint(JSON.parse(text.replace('"DefaultInstanceWarmup":300', '"DefaultInstanceWarmup":"soon"'))),
    ).toContain('soon')
    expect(await lint(JSON.parse(text.replaceAll('"AlarmTopic"}', '"AlarmTopics"}')))).toContain('AlarmTopics')
  })
})
