import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toBillOfMaterials } from '../bundle/bill-of-materials.ts'
import { readLockFile } from '../bundle/lock-file.ts'
import { createOutput, type OutputFlags } from './output.ts'

export type PackageSbomFlags = OutputFlags & {
  readonly of: 'image' | 'lambda'
  readonly arch: 'x64' | 'arm64'
  readonly out?: string
}

const lockFile = fileURLToPath(new URL('../../package-lock.json', import.meta.url))

/** The console is part of the image alone. */
const WORKSPACES = { image: ['runtimes', 'runtimes/web'], lambda: ['runtimes'] } as const

export async function runPackageSbom(flags: PackageSbomFlags): Promise<void> {
  const { of, arch, out: file = `dist/sbom-${of}-${arch}.cdx.json` } = flags
  const bill = toBillOfMaterials(await readLockFile(lockFile), WORKSPACES[of], arch)
  const text = `${JSON.stringify(bill, null, 2)}\n`
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  const sha256 = createHash('sha256').update(text).digest('hex')
  const packages = bill.components.length
  createOutput(flags).result(`${file}: ${packages} packages, SHA-256 ${sha256.slice(0, 12)}`, {
    schemaVersion: 1,
    file,
    of,
    arch,
    packages,
    sha256,
  })
}
