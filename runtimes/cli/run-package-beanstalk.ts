import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  createSourceBundle,
  type Deployment,
  DeploymentError,
  toEnvironmentFiles,
} from '@scaling-mlops/adapters/beanstalk'
import { ConfigurationError } from '../configuration/read-configuration.ts'
import { CONFIGURATION_FILE, readConfigurationFile } from '../configuration/read-file.ts'
import { readDeployment } from './beanstalk-deployment.ts'
import { createOutput, type OutputFlags } from './output.ts'

export type PackageBeanstalkFlags = OutputFlags & {
  readonly tier?: Deployment['tier']
  readonly image?: string
  readonly config?: string
  readonly out?: string
  readonly files?: string
}

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Writes the source bundle, or only what Elastic Beanstalk reads beside the application. */
export async function runPackageBeanstalk(flags: PackageBeanstalkFlags): Promise<void> {
  const output = createOutput(flags)
  const deployment = readDeployment(
    await readConfigurationFile(flags.config ?? CONFIGURATION_FILE, flags.config !== undefined),
    flags.tier,
  )
  try {
    if (flags.files === undefined) await writeBundle(deployment, flags)
    else await writeFiles(deployment, flags.files)
  } catch (error) {
    throw error instanceof DeploymentError ? new ConfigurationError(error.problems) : error
  }

  async function writeFiles(deployment: Deployment, folder: string): Promise<void> {
    const files = toEnvironmentFiles(deployment)
    for (const own of ['.ebextensions', '.platform']) await rm(join(folder, own), { recursive: true, force: true })
    for (const [path, text] of files) {
      const file = join(folder, path)
      await mkdir(dirname(file), { recursive: true })
      await writeFile(file, text, { mode: path.endsWith('.sh') ? 0o755 : 0o644 })
    }
    const paths = [...files.keys()]
    output.result(paths.join('\n'), { schemaVersion: 1, folder, paths })
  }

  async function writeBundle(deployment: Deployment, { image, out }: PackageBeanstalkFlags): Promise<void> {
    const file = out ?? `dist/beanstalk-${deployment.tier}.zip`
    output.progress('gathering files')
    const { archive, paths } = await createSourceBundle({ root, deployment, image })
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.partial`, archive)
    await rename(`${file}.partial`, file)
    const sha256 = createHash('sha256').update(archive).digest('hex')
    const { tier } = deployment
    output.result(
      `${file}  ${(archive.byteLength / 1e6).toFixed(2)} MB, ${paths.length} files, sha256 ${sha256.slice(0, 12)}`,
      { schemaVersion: 1, file, tier, image, bytes: archive.byteLength, sha256, paths },
    )
    for (const line of remarks(deployment)) output.say(line)
  }
}

/** What this bundle leaves open, which may be meant. */
function remarks({ tier, certificate, network }: Deployment): string[] {
  return [
    ...(tier === 'web' && certificate === undefined ? ['no beanstalk.certificate: HTTP only'] : []),
    ...(network === undefined ? ["no beanstalk.network: the account's default network"] : []),
  ]
}
