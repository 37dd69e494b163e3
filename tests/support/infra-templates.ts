import { access, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { root } from './host.ts'
import { runOrThrow } from './run.ts'

export type StackTemplate = {
  /** As `infra/` calls it: network, queues, functions, … */
  readonly stack: string
  readonly file: string
}

/** Synthesises both stages of `infra/`, with all that a configuration may hold, into a folder; the stacks of each in the order of their deployment. */
export async function synthesiseInfra(folder: string): Promise<Readonly<Record<string, readonly StackTemplate[]>>> {
  const configuration = JSON.parse(await readFile(join(root, 'infra/configuration.json'), 'utf8'))
  configuration.github = 'OWNER/REPOSITORY'
  Object.assign(configuration.stages.dev, { recordsScoredBy: ['web', 'function'], natGateways: 1 })
  Object.assign(configuration.stages.prod, { alarmEmail: 'alarms@example.com' })
  await haveInfra()
  const file = join(folder, 'configuration.json')
  await writeFile(file, JSON.stringify(configuration))
  await runOrThrow('env', `CDK_OUTDIR=${folder}/out`, process.execPath, join(root, 'infra/app.ts'), file)
  return Object.fromEntries(
    await Promise.all(['dev', 'prod'].map(async stage => [stage, await stacksOf(`${folder}/out`, stage)])),
  )
}

/** The packages of `infra/`, which no workspace brings. */
async function haveInfra(): Promise<void> {
  await access(join(root, 'infra/node_modules/aws-cdk-lib')).catch(() =>
    runOrThrow('npm', '--prefix', join(root, 'infra'), 'ci'),
  )
}

type Artifact = {
  readonly type: string
  readonly displayName: string
  readonly dependencies?: readonly string[]
  readonly properties: { readonly templateFile: string }
}

async function stacksOf(out: string, stage: string): Promise<StackTemplate[]> {
  const folder = join(out, `assembly-model-serving-${stage}`)
  const { artifacts } = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const waiting = new Map(
    Object.entries<Artifact>(artifacts).filter(([, { type }]) => type === 'aws:cloudformation:stack'),
  )
  const ordered: StackTemplate[] = []
  while (waiting.size > 0)
    for (const [id, { displayName, dependencies = [], properties }] of waiting) {
      if (dependencies.some(dependency => waiting.has(dependency))) continue
      waiting.delete(id)
      ordered.push({ stack: displayName.split('/').at(-1) ?? '', file: join(folder, properties.templateFile) })
    }
  return ordered
}
