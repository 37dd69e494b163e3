import { parseDocument } from 'yaml'

type Step = { readonly uses?: string; readonly run?: string; readonly with?: Readonly<Record<string, unknown>> }

type Job = {
  readonly uses?: string
  readonly environment?: unknown
  readonly 'timeout-minutes'?: number
  readonly permissions?: Readonly<Record<string, string>>
  readonly steps?: readonly Step[]
}

type Workflow = { readonly permissions?: unknown; readonly jobs: Readonly<Record<string, Job>> }

const BY_COMMIT = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/

/** What is wrong with a workflow beyond what actionlint finds: what it may do, what it runs, and what it trusts. */
export function workflowProblems(text: string): string[] {
  const document = parseDocument(text)
  if (document.errors.length > 0) return document.errors.map(({ message }) => message)
  const { permissions, jobs } = document.toJS() as Workflow
  const problems = JSON.stringify(permissions) === '{"contents":"read"}' ? [] : ['permissions are not contents: read']
  if (/\bsecrets\b/.test(text)) problems.push('it uses secrets')
  for (const [, action = '', rest = ''] of text.matchAll(/^ *(?:- )?uses: (\S+)(.*)$/gm)) {
    if (action.startsWith('./.github/workflows/')) continue
    if (!BY_COMMIT.test(action)) problems.push(`${action} is not pinned by commit`)
    else if (!/^ # v\d+\.\d+\.\d+$/.test(rest)) problems.push(`${action} does not say which version it is`)
  }
  for (const [name, job] of Object.entries(jobs)) problems.push(...jobProblems(name, job))
  return problems
}

function jobProblems(name: string, job: Job): string[] {
  const problems: string[] = []
  const { permissions = {}, steps = [] } = job
  for (const [scope, access] of Object.entries(permissions))
    if (!(scope === 'contents' && access === 'read') && !(scope === 'id-token' && access === 'write'))
      problems.push(`${name} may ${access} ${scope}`)
  // a called workflow has its environments itself
  if ('id-token' in permissions && job.environment === undefined && job.uses === undefined)
    problems.push(`${name} takes on a role of AWS outside any environment`)
  if (job.uses === undefined && job['timeout-minutes'] === undefined) problems.push(`${name} has no time limit`)
  for (const { uses = '', run = '', with: settings = {} } of steps) {
    if (uses.startsWith('actions/checkout@') && settings['persist-credentials'] !== false)
      problems.push(`${name} leaves its token in the checkout`)
    if (run.includes('${{')) problems.push(`${name} puts an expression into a script; give it by env`)
  }
  return problems
}
