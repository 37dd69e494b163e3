import { createHash } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { readFolder } from '../bundle/read-folder.ts'
import { toZip } from '../bundle/zip-archive.ts'
import { buildFunction } from '../lambda/build-function.ts'
import { createOutput, type OutputFlags } from './output.ts'

export type PackageLambdaFlags = OutputFlags & {
  readonly arch: 'x64' | 'arm64'
  readonly models: string
  readonly out?: string
}

/** What Lambda takes: unzipped with all layers, and as a zip that is sent directly; larger ones come from S3. */
const MOST_UNZIPPED = 250e6
const MOST_DIRECT = 50e6

export async function runPackageLambda(flags: PackageLambdaFlags): Promise<void> {
  const { arch, models, out = `dist/lambda-${arch}.zip` } = flags
  const output = createOutput(flags)
  const file = resolve(out)
  const folder = `${file.replace(/\.zip$/, '')}.contents`
  output.progress('bundling')
  try {
    await buildFunction(folder, `linux/${arch}`, models)
    output.progress('compressing')
    const entries = await readFolder(folder)
    const zip = toZip(entries)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.partial`, zip)
    await rename(`${file}.partial`, file)

    const unzippedBytes = entries.reduce((total, { bytes }) => total + bytes.length, 0)
    const sha256 = createHash('sha256').update(zip).digest('hex')
    const document = { schemaVersion: 1, file: out, arch, models, files: entries.length, unzippedBytes }
    output.result(`${out}: ${megabytes(zip.length)}, ${megabytes(unzippedBytes)} unzipped, SHA-256 ${sha256}`, {
      ...document,
      zipBytes: zip.length,
      sha256,
      handler: 'main.handler',
      runtime: 'nodejs24.x',
    })
    if (unzippedBytes > MOST_UNZIPPED)
      output.warn(`Lambda takes ${megabytes(MOST_UNZIPPED)} unzipped; leave the models in S3 (--models s3://…)`)
    else if (zip.length > MOST_DIRECT)
      output.warn(
        `more than ${megabytes(MOST_DIRECT)} cannot be uploaded directly; put the zip into S3 and name it there`,
      )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`
}
