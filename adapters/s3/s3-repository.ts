import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { CoreError, type ModelRepository } from '@scaling-mlops/core'
import { createCachedObjects } from './cached-objects.ts'
import { parseS3Url } from './s3-url.ts'

export type S3RepositoryOptions = {
  /** Folder that objects are fetched to: of this process alone, or kept from one start to the next. */
  readonly cache: string
  /** Reads models from that folder. */
  readonly local: ModelRepository
}

const VERSION = /^([^/.][^/]*)\/([1-9]\d{0,8})\/([^/]+)$/
const BESIDE_VERSIONS = /^([^/.][^/]*)\/(aliases\.json|config\.pbtxt)$/

/**
 * Models under `s3://bucket/prefix/<model>/<version>/`, laid out as in a folder. A listing fetches what lies beside the versions alone; the files of a version
 * are fetched when it is read, and only those that changed. Rejects with `model_unavailable` where the bucket does not answer.
 */
export async function openS3Repository(url: string, { cache, local }: S3RepositoryOptions): Promise<ModelRepository> {
  const { bucket, prefix } = parseS3Url(url)
  const objects = await createCachedObjects({ bucket, prefix, cache })
  const explained = <T>(work: Promise<T>): Promise<T> =>
    work.catch(cause => {
      if (cause instanceof CoreError) throw cause
      throw new CoreError('model_unavailable', `the model repository "${url}" cannot be read: ${cause.message}`, {
        cause,
      })
    })

  const list = async () => {
    const keys = await objects.list('')
    const versions = new Map<string, Set<string>>()
    for (const { key } of keys) {
      const [, name, version] = VERSION.exec(key) ?? []
      if (name !== undefined && version !== undefined)
        versions.set(name, (versions.get(name) ?? new Set()).add(version))
    }
    const beside = keys.filter(({ key }) => BESIDE_VERSIONS.test(key))
    for (const [name, numbers] of versions)
      for (const number of numbers) await mkdir(join(cache, name, number), { recursive: true })
    await removeGone(cache, versions, new Set(beside.map(({ key }) => key)))
    for (const object of beside) await objects.fetch(object)
    return local.list()
  }

  const fetchVersion = async (name: string, version: number): Promise<void> => {
    const files = (await objects.list(`${name}/${version}/`)).filter(({ key }) => VERSION.test(key))
    const names = new Set(files.map(({ key }) => key.slice(key.lastIndexOf('/') + 1)))
    const folder = join(cache, name, String(version))
    for (const file of await readdir(folder).catch(() => []))
      if (!names.has(file)) await rm(join(folder, file), { recursive: true })
    for (const object of files) await objects.fetch(object)
  }

  return {
    list: () => explained(list()),
    async read(name, version) {
      await explained(fetchVersion(name, version))
      return local.read(name, version)
    },
  }
}

/** What the bucket no longer has. */
async function removeGone(
  cache: string,
  versions: ReadonlyMap<string, ReadonlySet<string>>,
  beside: ReadonlySet<string>,
): Promise<void> {
  for (const name of await readdir(cache).catch(() => [])) {
    const kept = versions.get(name)
    if (kept === undefined) {
      await rm(join(cache, name), { recursive: true })
      continue
    }
    for (const entry of await readdir(join(cache, name)))
      if (!kept.has(entry) && !beside.has(`${name}/${entry}`)) await rm(join(cache, name, entry), { recursive: true })
  }
}
