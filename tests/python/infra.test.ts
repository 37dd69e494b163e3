import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type StackTemplate, synthesiseInfra } from '../support/infra-templates.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { openPython } from './environment.ts'

let folder: Awaited<ReturnType<typeof temporaryFolder>>
let python: Awaited<ReturnType<typeof openPython>>
let stages: Readonly<Record<string, readonly StackTemplate[]>>
beforeAll(async () => {
  python = await openPython()
  folder = await temporaryFolder()
  stages = await synthesiseInfra(folder.path)
})
afterAll(() => folder?.[Symbol.asyncDispose]())

/** What cfn-lint has against templates in the region of both stages, a line each. */
async function lint(...files: readonly string[]): Promise<string[]> {
  const said = await python('check_template.py', '--region', 'eu-central-1', ...files).then(
    () => '',
    error => String(error.stderr),
  )
  // the CDK writes a DependsOn beside a reference that says the same
  return said.split('\n').filter(line => line !== '' && !line.includes(' W3005 '))
}

it.each(['dev', 'prod'])('cfn-lint has nothing against the stacks of %s', async stage => {
  const files = (stages[stage] ?? []).map(({ file }) => file)

  expect(files.length).toBeGreaterThan(7)
  expect(await lint(...files)).toEqual([])
})

it('cfn-lint refuses a property that is misspelt and a reference to nothing', async () => {
  const queues = stages.dev?.find(({ stack }) => stack === 'queues')
  const broken = join(folder.path, 'broken.json')
  const text = await readFile(queues?.file ?? '', 'utf8')
  await writeFile(
    broken,
    text.replace('"VisibilityTimeout"', '"VisibilityTimeuot"').replace('"Ref": "Records', '"Ref": "X'),
  )

  const said = (await lint(broken)).join('\n')
  expect(said).toContain('VisibilityTimeuot')
  expect(said).toMatch(/'X\w*' is not one of/)
})
