import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Sink, Source } from '@scaling-mlops/core'
import { isMissing, openS3Api, type S3Place } from './s3-api.ts'
import { openS3Sink, type S3SinkOptions, toCompletedPart } from './s3-sink.ts'
import { openS3Source, type S3Object, type S3SourceOptions } from './s3-source.ts'

export type S3Objects = {
  find(place: S3Place): Promise<S3Object | undefined>
  source(object: Pick<S3Object, keyof S3Place | 'size' | 'etag'>, options?: S3SourceOptions): Source
  sink(place: S3Place, options?: S3SinkOptions): Sink
  /** The text of a small object; undefined where there is none. */
  readText(place: S3Place): Promise<string | undefined>
  /** Writes a small object at once. */
  write(place: S3Place, content: string | Uint8Array): Promise<void>
  /** Keys that begin so, in order. */
  list(bucket: string, prefix: string): Promise<readonly string[]>
  /** Makes one object of several, in order, without reading them; all but the last have at least `LEAST_COPIED_BYTES`. */
  join(from: readonly S3Place[], to: S3Place): Promise<void>
  remove(bucket: string, keys: readonly string[]): Promise<void>
  close(): void
}

/** S3 copies no smaller part than this, but for the last. */
export const LEAST_COPIED_BYTES = 5 * 1024 * 1024

const PARALLEL = 16
const MOST_REMOVED = 1_000

/** Objects of S3, of any bucket that the process may use. */
export async function openS3Objects(): Promise<S3Objects> {
  const api = await openS3Api()
  const { sdk, client } = api
  const read = async (Bucket: string, Key: string): Promise<string | undefined> => {
    const { Body } = await client.send(new sdk.GetObjectCommand({ Bucket, Key }))
    return Body?.transformToString()
  }

  return {
    async find({ bucket, key }) {
      const head = await orUndefined(client.send(new sdk.HeadObjectCommand({ Bucket: bucket, Key: key })))
      if (head === undefined) return undefined
      const { ContentLength: size = 0, ETag: etag = '', Metadata: metadata = {} } = head
      return { bucket, key, size, etag, metadata }
    },
    source: (object, options) => openS3Source(api, object, options),
    sink: (place, options) => openS3Sink(api, place, options),
    readText: ({ bucket, key }) => orUndefined(read(bucket, key)),
    async write({ bucket, key }, content) {
      await client.send(new sdk.PutObjectCommand({ Bucket: bucket, Key: key, Body: content }))
    },
    async list(bucket, prefix) {
      const keys: string[] = []
      for await (const { Contents = [] } of sdk.paginateListObjectsV2({ client }, { Bucket: bucket, Prefix: prefix }))
        keys.push(...Contents.map(({ Key = '' }) => Key))
      return keys
    },
    async join(from, to) {
      const place = { Bucket: to.bucket, Key: to.key }
      const { UploadId } = await client.send(new sdk.CreateMultipartUploadCommand(place))
      const parts: CompletedPart[] = []
      const left = from.map((source, index) => ({ source, number: index + 1 }))
      const copy = async (): Promise<void> => {
        for (let next = left.shift(); next !== undefined; next = left.shift()) {
          const { bucket, key } = next.source
          const CopySource = `${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`
          const command = new sdk.UploadPartCopyCommand({ ...place, UploadId, PartNumber: next.number, CopySource })
          const { ETag, ChecksumCRC32 } = (await client.send(command)).CopyPartResult ?? {}
          parts[next.number - 1] = toCompletedPart(next.number, ETag, ChecksumCRC32)
        }
      }
      try {
        await Promise.all(Array.from({ length: PARALLEL }, copy))
        const whole = { ...place, UploadId, MultipartUpload: { Parts: parts } }
        await client.send(new sdk.CompleteMultipartUploadCommand(whole))
      } catch (error) {
        left.length = 0
        await client.send(new sdk.AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => {})
        throw error
      }
    },
    async remove(bucket, keys) {
      for (let start = 0; start < keys.length; start += MOST_REMOVED) {
        const Objects = keys.slice(start, start + MOST_REMOVED).map(Key => ({ Key }))
        await client.send(new sdk.DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects, Quiet: true } }))
      }
    },
    close: () => client.destroy(),
  }
}

async function orUndefined<T>(sent: Promise<T>): Promise<T | undefined> {
  try {
    return await sent
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}
