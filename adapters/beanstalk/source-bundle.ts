import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Zippable, zipSync } from 'fflate'
import { listBuildContext } from './build-context.ts'
import type { Deployment } from './deployment.ts'
import { DeploymentError } from './deployment-error.ts'
import { toEnvironmentFiles } from './environment-files.ts'

export type SourceBundle = {
  readonly archive: Uint8Array
  /** What is in it, in order. */
  readonly paths: readonly string[]
}

type Options = {
  /** The project's folder: its Dockerfile and what that copies. */
  readonly root: string
  readonly deployment: Deployment
  /** By digest, so that an instance that comes next month runs the same bits; without it each instance builds the Dockerfile. */
  readonly image?: string | undefined
}

/** What Elastic Beanstalk takes at the most. */
const LIMIT = 500 * 1024 * 1024
const BY_DIGEST = /^[a-z0-9][\w.:/-]*@sha256:[0-9a-f]{64}$/
/** A bundle of the same files is the same bytes, whenever it is written. */
const EVERY_TIME = new Date(1980, 0, 1)

/**
 * The source bundle of a version: what Elastic Beanstalk reads, and the image's sources or its name. Rejects with a DeploymentError where
 * Elastic Beanstalk would refuse it.
 */
export async function createSourceBundle({ root, deployment, image }: Options): Promise<SourceBundle> {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text)
  const files = new Map([...toEnvironmentFiles(deployment)].map(([path, text]) => [path, encode(text)]))
  const own = [...(deployment.tier === 'worker' ? ['cron.yaml'] : [])]
  if (image === undefined)
    own.push('Dockerfile', 'Dockerrun.aws.json', '.dockerignore', ...(await listBuildContext(root)))
  else files.set('Dockerrun.aws.json', encode(dockerrun(image)))
  for (const path of own) files.set(path, await readFile(join(root, path)))

  const paths = [...files.keys()].sort()
  const entries: Zippable = {}
  for (const path of paths) {
    const mode = path.endsWith('.sh') ? 0o755 : 0o644
    entries[path] = [files.get(path) ?? new Uint8Array(), { os: 3, attrs: (0o100_000 | mode) << 16, mtime: EVERY_TIME }]
  }
  const archive = zipSync(entries, { level: 9 })
  if (archive.byteLength > LIMIT)
    throw new DeploymentError([
      `the bundle has ${Math.ceil(archive.byteLength / 1024 / 1024)} MB and may have 500; build the image elsewhere and name it by --image`,
    ])
  return { archive, paths }
}

function dockerrun(image: string): string {
  if (!BY_DIGEST.test(image))
    throw new DeploymentError([`the image must be named by its digest, like registry/name@sha256:…; got "${image}"`])
  const document = {
    AWSEBDockerrunVersion: '1',
    Image: { Name: image, Update: 'false' },
    Ports: [{ ContainerPort: '9696' }],
  }
  return `${JSON.stringify(document, null, 2)}\n`
}
