import { cp, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'
import { repository, root } from '../support/host.ts'
import { run } from '../support/run.ts'
import { runCli } from '../support/run-cli.ts'
import { someRecords } from '../support/small-dataset.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** The folder of the models that every file of this suite serves. */
    readonly models: string
  }
}

/** What all files of the suite share, made once: the built console, and the churn bundle beside two models of other kinds. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await temporaryFolder()
  const models = join(folder.path, 'models')
  const built = await run(process.execPath, [join(root, 'runtimes/web/build.ts'), '--if-newer'])
  if (built.code !== 0) throw new Error(`the console cannot be built:\n${built.stderr}`)
  await cp(join(repository, 'churn'), join(models, 'churn'), { recursive: true })
  await trainPlans(models, folder.path)
  await trainPrices(models, folder.path)
  project.provide('models', models)
  return async () => {
    await folder[Symbol.asyncDispose]()
  }
}

/** Which plan a customer takes, of three; a city has more values than a select shows, and a field has a title that is markup. */
async function trainPlans(models: string, folder: string): Promise<void> {
  const cities = Array.from({ length: 20 }, (_, index) => `city-${index}`)
  const lines = someRecords(600, ['basic', 'plus', 'pro']).map(([age, spend, plan, target], index) =>
    [age, spend, plan, cities[index % cities.length], target].join(','),
  )
  const titles = [{ name: 'age', title: '<img src=x onerror=alert(1)>', actionable: true }]
  await mkdir(join(models, 'plans'), { recursive: true })
  await writeFile(join(models, 'plans', 'features.json'), JSON.stringify(titles))
  await train(
    models,
    folder,
    'plans',
    ['age,spend,plan,city,next', ...lines],
    '--target',
    'next',
    '--algorithm',
    'trees',
  )
}

/** What a customer pays a year: a number in dollars. */
async function trainPrices(models: string, folder: string): Promise<void> {
  const lines = someRecords(300, ['any']).map(([age, spend, plan]) =>
    [age, spend, plan, Number(age) * 100 + Number(spend) * 12].join(','),
  )
  await train(models, folder, 'prices', ['age,spend,plan,paid', ...lines], '--target', 'paid')
}

async function train(
  models: string,
  folder: string,
  name: string,
  lines: readonly string[],
  ...flags: readonly string[]
): Promise<void> {
  const data = join(folder, `${name}.csv`)
  await writeFile(data, lines.join('\n'))
  const { code, stderr } = await runCli('train', data, ...flags, '--cv', '0', '--out', join(models, name))
  if (code !== 0) throw new Error(`the model ${name} cannot be trained:\n${stderr}`)
}
