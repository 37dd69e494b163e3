import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { IN_AN_ACCOUNT, readDeploymentOf, WORKERS_WITH_OWN_QUEUE } from '../support/beanstalk.ts'

it('docs/operate.md has a chapter for every alarm, and for no other', async () => {
  const page = await readFile(new URL('../../docs/operate.md', import.meta.url), 'utf8')
  const chapters = [...page.matchAll(/^## (\w+Alarm)$/gm)].map(([, name]) => name)
  const alarms = [IN_AN_ACCOUNT, WORKERS_WITH_OWN_QUEUE].flatMap(deployment =>
    Object.entries(readDeploymentOf(deployment).resources)
      .filter(([name, { Type }]) => Type === 'AWS::CloudWatch::Alarm' && !name.startsWith('AWSEB'))
      .map(([name]) => name),
  )

  expect(chapters.toSorted()).toEqual([...new Set(alarms)].sort())
})
