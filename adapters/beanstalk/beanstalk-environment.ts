import type { DescribeEnvironmentHealthResult, EnvironmentDescription } from '@aws-sdk/client-elastic-beanstalk'
import { nearest } from '@scaling-mlops/core'
import type { Environment, EnvironmentState } from '@scaling-mlops/core/delivery'
import type { BeanstalkApi } from './beanstalk-api.ts'
import { DeploymentError } from './deployment-error.ts'

export type BeanstalkPlace = { readonly application: string; readonly environment: string }

export type BeanstalkEnvironment = Environment & {
  /** The host name that Elastic Beanstalk gave it. */
  readonly host: string
  /** What it served when it was found. */
  readonly version: string
}

/**
 * An environment of an account. Rejects with a DeploymentError that says which there are where it is none of them. Its health must be
 * the enhanced one, which knows the version of each instance.
 */
export async function findEnvironment(
  { sdk, send }: BeanstalkApi,
  { application, environment }: BeanstalkPlace,
): Promise<BeanstalkEnvironment> {
  const describe = async (): Promise<EnvironmentDescription | undefined> => {
    const command = new sdk.DescribeEnvironmentsCommand({
      ApplicationName: application,
      EnvironmentNames: [environment],
      IncludeDeleted: false,
    })
    return (await send(command)).Environments?.[0]
  }
  const named = { EnvironmentName: environment }

  async function versionsOfInstances(): Promise<string[]> {
    const versions: string[] = []
    let NextToken: string | undefined
    do {
      const page = await send(
        new sdk.DescribeInstancesHealthCommand({ ...named, AttributeNames: ['All'], ...(NextToken && { NextToken }) }),
      )
      versions.push(
        ...(page.InstanceHealthList ?? []).map(({ Deployment }) => Deployment?.VersionLabel ?? 'no version'),
      )
      NextToken = page.NextToken
    } while (NextToken)
    return versions
  }

  const found = await describe()
  if (found === undefined) throw await unknownPlace()
  return {
    host: found.CNAME ?? '',
    version: found.VersionLabel ?? '',
    async look() {
      const [description, health, instances] = await Promise.all([
        describe(),
        send(new sdk.DescribeEnvironmentHealthCommand({ ...named, AttributeNames: ['All'] })),
        versionsOfInstances(),
      ])
      return toState(description, health, instances)
    },
    async update(VersionLabel) {
      await send(new sdk.UpdateEnvironmentCommand({ ApplicationName: application, ...named, VersionLabel }))
    },
    async abort() {
      await send(new sdk.AbortEnvironmentUpdateCommand(named))
    },
  }

  async function unknownPlace(): Promise<DeploymentError> {
    const { Applications = [] } = await send(new sdk.DescribeApplicationsCommand({}))
    const applications = Applications.map(({ ApplicationName = '' }) => ApplicationName)
    if (!applications.includes(application))
      return unknown('application', application, applications, 'in this account and region')
    const { Environments = [] } = await send(
      new sdk.DescribeEnvironmentsCommand({ ApplicationName: application, IncludeDeleted: false }),
    )
    const environments = Environments.map(({ EnvironmentName = '' }) => EnvironmentName)
    return unknown('environment', environment, environments, `of the application "${application}"`)
  }
}

function unknown(what: string, name: string, there: readonly string[], where: string): DeploymentError {
  const near = nearest(name, there)
  const hint = near === undefined ? '' : `; did you mean "${near}"?`
  return new DeploymentError([
    `there is no ${what} "${name}" ${where}${hint} ${there.length === 0 ? 'There is none' : `There are ${there.join(', ')}`}`,
  ])
}

function toState(
  { Status, VersionLabel = '' }: EnvironmentDescription = { Status: 'Terminated' },
  { Color = '', HealthStatus = '', Causes = [], ApplicationMetrics }: DescribeEnvironmentHealthResult,
  instances: readonly string[],
): EnvironmentState {
  const isGood = HealthStatus === 'Ok' && Color === 'Green'
  const isBad = Color === 'Red' || HealthStatus === 'Severe' || HealthStatus === 'Degraded'
  const words = [HealthStatus, Color].filter(word => word !== '').join(', ')
  return {
    status: Status === 'Ready' ? 'ready' : Status === 'Updating' || Status === 'Aborting' ? 'updating' : 'unavailable',
    version: VersionLabel,
    health: {
      grade: isGood ? 'good' : isBad ? 'bad' : 'unsure',
      words: `${Status === 'Ready' || Status === 'Updating' ? '' : `${Status}, `}${words}${Causes.length > 0 ? `: ${Causes.join(' ')}` : ''}`,
    },
    serverErrors: ApplicationMetrics?.StatusCodes?.Status5xx ?? 0,
    instances,
  }
}
