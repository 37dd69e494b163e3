import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

export type ListedObject = { readonly key: string; readonly etag: string; readonly size: number }

/** Objects under a prefix, with a copy in a folder. */
export type CachedObjects = {
  /** All whose keys, which leave the prefix out, begin so. */
  list(under: string): Promise<readonly ListedObject[]>
  /** Sees to it that the folder holds the object as it was listed: fetched where it changed, or where its copy did. */
  fetch(object: ListedObject): Promise<void>
}

/** The SDK is loaded only here; it compares what it receives with the checksum that S3 keeps of the object. */
export async function createCachedObjects({
  bucket,
  prefix,
  cache,
}: {
  readonly bucket: string
  readonly prefix: string
  readonly cache: string
}): Promise<CachedObjects> {
  const sdk = await import('@aws-sdk/client-s3')
  const client = new sdk.S3Client({
    forcePathStyle: process.env.AWS_ENDPOINT_URL_S3 !== undefined || process.env.AWS_ENDPOINT_URL !== undefined,
  })
  /** What each copy was when it was written: the object's ETag, and the bytes' own SHA-256. */
  const copies = new Map<string, { readonly etag: string; readonly sha256: string }>()

  return {
    async list(under) {
      const found: ListedObject[] = []
      for await (const { Contents = [] } of sdk.paginateListObjectsV2(
        { client },
        { Bucket: bucket, Prefix: prefix + under },
      ))
        for (const { Key = '', ETag = '', Size = 0 } of Contents)
          found.push({ key: Key.slice(prefix.length), etag: ETag, size: Size })
      return found
    },
    async fetch({ key, etag, size }) {
      const path = join(cache, key)
      const copy = copies.get(key)
      if (copy?.etag === etag && copy.sha256 === (await readFile(path).then(sha256, () => undefined))) return
      const command = new sdk.GetObjectCommand({
        Bucket: bucket,
        Key: prefix + key,
        IfMatch: etag,
        ChecksumMode: 'ENABLED',
      })
      const bytes = (await (await client.send(command)).Body?.transformToByteArray()) ?? new Uint8Array()
      if (bytes.length !== size) throw new Error(`${key} has ${size} bytes, ${bytes.length} arrived`)
      await mkdir(dirname(path), { recursive: true })
      const partial = `${path}.${process.pid}.partial`
      await writeFile(partial, bytes)
      await rename(partial, path)
      copies.set(key, { etag, sha256: sha256(bytes) })
    },
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
