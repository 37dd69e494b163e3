import { createHash } from 'node:crypto'
import {
  type ApplicationVersion,
  type ApplicationVersions,
  type Deployment,
  DeploymentError,
  toEnvironmentFiles,
} from '@scaling-mlops/adapters/beanstalk'
import { openS3Objects } from '@scaling-mlops/adapters/s3'
import type { Output } from './output.ts'

export type VersionOptions = {
  readonly versions: ApplicationVersions
  readonly application: string
  readonly deployment: Deployment
  readonly archive: Uint8Array
  /** The label of what serves now. */
  readonly current: string
  readonly label?: string | undefined
  readonly bucket?: string | undefined
}

/** A version of a bundle: the one that is there where it is the same, else a new one from S3. Answers its label. */
export async function makeVersion(options: VersionOptions, output: Output): Promise<string> {
  const { versions, application, deployment, archive, current } = options
  const digest = digestOf(archive)
  const label = options.label ?? `bundle-${digest}`
  const description = describeSettings(deployment)
  if (deployment.policy === 'Immutable') refuseChanged(description, await versions.find(current), output)
  const there = await versions.find(label)
  if (there !== undefined) {
    if (!there.key.includes(digest))
      throw new DeploymentError([`version "${label}" is there with another bundle, ${there.key}; take another --label`])
    output.say(`version ${label} is there already`)
    return label
  }
  const bucket = options.bucket ?? (await versions.bucket())
  const key = `${application}/${digest}.zip`
  output.say(`s3://${bucket}/${key}: ${(archive.byteLength / 1e6).toFixed(2)} MB`)
  const objects = await openS3Objects()
  try {
    await objects.write({ bucket, key }, archive)
  } finally {
    objects.close()
  }
  await versions.create({ label, bucket, key, description })
  output.say(`version ${label} is made`)
  return label
}

/** Elastic Beanstalk makes no immutable update together with changes of resources and options, and fails half-way through it. */
function refuseChanged(description: string, current: ApplicationVersion | undefined, output: Output): void {
  if (current?.description.startsWith(SETTINGS) !== true) {
    output.warn('what serves now was not made by this command: whether .ebextensions changed is not known')
    return
  }
  if (current.description === description) return
  throw new DeploymentError([
    'beanstalk.policy: Immutable cannot change .ebextensions as well, and they are others than in the version that serves; deploy them once with RollingWithAdditionalBatch',
  ])
}

const SETTINGS = '.ebextensions '

/** What `.ebextensions` say, the policy itself apart: two versions with the same description differ in the program alone. */
function describeSettings(deployment: Deployment): string {
  const files = toEnvironmentFiles({ ...deployment, policy: 'RollingWithAdditionalBatch' })
  const texts = [...files]
    .filter(([path]) => path.startsWith('.ebextensions/'))
    .map(([path, text]) => `${path}\n${text}`)
  return `${SETTINGS}${digestOf(texts.join('\n'))}`
}

function digestOf(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 12)
}
