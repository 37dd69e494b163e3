import { fileURLToPath } from 'node:url'
import {
  createSourceBundle,
  type Deployment,
  DeploymentError,
  findEnvironment,
  openApplicationVersions,
  openBeanstalkApi,
} from '@scaling-mlops/adapters/beanstalk'
import { systemClock, systemTimer } from '@scaling-mlops/adapters/memory'
import { release } from '@scaling-mlops/core/delivery'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import { readDeployment } from './beanstalk-deployment.ts'
import { makeVersion } from './beanstalk-version.ts'
import type { GoldenFlags } from './golden-flags.ts'
import { askOver, findWrongAnswer, readGoldenRows } from './golden-rows.ts'
import { createOutput, type Output, type OutputFlags } from './output.ts'
import { reportDelivery } from './report-delivery.ts'

export type DeployBeanstalkFlags = OutputFlags &
  GoldenFlags & {
    readonly application: string
    readonly environment: string
    readonly image?: string
    readonly tier?: Deployment['tier']
    readonly config?: string
    readonly bucket?: string
    readonly label?: string
    readonly wait?: true
    readonly rollback?: true
    readonly url?: URL
    readonly poll: number
    readonly timeout: number
    readonly goodPolls: number
    readonly badPolls: number
  }

const root = fileURLToPath(new URL('../..', import.meta.url))
const READING_POLL_MS = 2_000

/** Makes a version of this checkout and brings it to an environment; a version that does not serve well in the end is an error. */
export async function runDeployBeanstalk(flags: DeployBeanstalkFlags): Promise<void> {
  try {
    await deploy(flags, createOutput(flags))
  } catch (error) {
    throw error instanceof DeploymentError ? new ConfigurationError(error.problems) : error
  }
}

async function deploy(flags: DeployBeanstalkFlags, output: Output): Promise<void> {
  const { application, image, label, bucket } = flags
  const began = systemClock.monotonic()
  const deployment = readDeployment(
    await readConfigurationFile(flags.config ?? CONFIGURATION_FILE, flags.config !== undefined),
    flags.tier,
  )
  // a worker environment has no address that answers rows: its health says all
  const goldenRows = deployment.tier === 'worker' ? [] : await readGoldenRows(flags)
  const { archive } = await createSourceBundle({ root, deployment, image })
  const api = await openBeanstalkApi()
  try {
    const environment = await findEnvironment(api, flags)
    const versions = openApplicationVersions(api, application, systemTimer, Math.min(flags.poll, READING_POLL_MS))
    const current = environment.version
    const version = await makeVersion({ versions, application, deployment, archive, current, label, bucket }, output)
    const document = { application, environment: flags.environment }
    if (!flags.wait && !flags.rollback) {
      await environment.update(version)
      output.result(`${version} is ordered`, {
        schemaVersion: 1,
        ...document,
        outcome: 'ordered',
        version,
        previous: current,
      })
      return
    }
    const server = flags.url ?? new URL(`http://${environment.host}`)
    const result = await release(version, {
      environment,
      gate: {
        pollMilliseconds: flags.poll,
        timeoutMilliseconds: flags.timeout,
        goodPolls: flags.goodPolls,
        badPolls: flags.badPolls,
      },
      checkAnswers: () => findWrongAnswer(goldenRows, askOver(server)),
      rollback: flags.rollback ?? false,
      clock: systemClock,
      timer: systemTimer,
      note: output.say,
    })
    const text = `${version} serves ${flags.environment}`
    reportDelivery(output, flags, { result, text, document, goldenRows, began })
  } finally {
    api.close()
  }
}
