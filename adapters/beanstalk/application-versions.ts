import type { Timer } from '@scaling-mlops/core'
import type { BeanstalkApi } from './beanstalk-api.ts'
import { DeploymentError } from './deployment-error.ts'

/** A version as Elastic Beanstalk keeps it: its bundle in S3 under a label. */
export type ApplicationVersion = {
  readonly label: string
  readonly description: string
  readonly bucket: string
  readonly key: string
}

export type ApplicationVersions = {
  /** The bucket where this account keeps its bundles, made if there is none yet. */
  bucket(): Promise<string>
  find(label: string): Promise<ApplicationVersion | undefined>
  /** Makes a version of a bundle and waits until Elastic Beanstalk has read it; rejects with a DeploymentError where it could not. */
  create(version: ApplicationVersion): Promise<void>
}

const PATIENCE_MS = 180_000

export function openApplicationVersions(
  { sdk, send }: BeanstalkApi,
  application: string,
  timer: Pick<Timer, 'sleep'>,
  pollMilliseconds: number,
): ApplicationVersions {
  const describe = async (label: string) => {
    const command = new sdk.DescribeApplicationVersionsCommand({ ApplicationName: application, VersionLabels: [label] })
    return (await send(command)).ApplicationVersions?.[0]
  }

  return {
    async bucket() {
      const { S3Bucket } = await send(new sdk.CreateStorageLocationCommand({}))
      if (S3Bucket === undefined) throw new DeploymentError(['Elastic Beanstalk names no bucket; give one by --bucket'])
      return S3Bucket
    },
    async find(label) {
      const found = await describe(label)
      if (found === undefined) return undefined
      const { S3Bucket: bucket = '', S3Key: key = '' } = found.SourceBundle ?? {}
      return { label, description: found.Description ?? '', bucket, key }
    },
    async create({ label, description, bucket, key }) {
      await send(
        new sdk.CreateApplicationVersionCommand({
          ApplicationName: application,
          VersionLabel: label,
          Description: description,
          SourceBundle: { S3Bucket: bucket, S3Key: key },
          Process: true,
        }),
      )
      for (let waited = 0; waited < PATIENCE_MS; waited += pollMilliseconds) {
        // the service writes it in capitals, the SDK's type does not
        const status = (await describe(label))?.Status?.toUpperCase()
        if (status === 'PROCESSED' || status === 'UNPROCESSED') return
        if (status === 'FAILED')
          throw new DeploymentError([
            `Elastic Beanstalk cannot read the bundle of version "${label}"; its events say why`,
          ])
        await timer.sleep(pollMilliseconds)
      }
      throw new DeploymentError([`Elastic Beanstalk has not read the bundle of "${label}" within three minutes`])
    },
  }
}
