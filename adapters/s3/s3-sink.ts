import type { CompletedPart } from '@aws-sdk/client-s3'
import type { Sink } from '@scaling-mlops/core'
import type { S3Api, S3Place } from './s3-api.ts'

export type S3SinkOptions = {
  /** Whether the object is wanted at all in the end; else what stood there before is removed. */
  readonly wanted?: () => boolean
  readonly signal?: AbortSignal | undefined
}

const PART_BYTES = 8 * 1024 * 1024

/** The size of a part by its number: 10,000 parts of S3 then make 300 GB, while small objects take little memory. */
function bytesOfPart(number: number): number {
  return PART_BYTES * 2 ** Math.floor((number - 1) / 2_500)
}

/** An object that is there when it is whole: in one piece, or by a multipart upload of which one part travels while the next is filled. */
export function openS3Sink({ sdk, client }: S3Api, { bucket, key }: S3Place, options: S3SinkOptions = {}): Sink {
  const { wanted = () => true, signal } = options
  const place = { Bucket: bucket, Key: key }
  const sending = signal === undefined ? {} : { abortSignal: signal }
  const parts: CompletedPart[] = []
  let chunks: Uint8Array[] = []
  let length = 0
  let uploadId: string | undefined
  let travelling: Promise<void> = Promise.resolve()

  const upload = async (Body: Uint8Array, PartNumber: number): Promise<void> => {
    const { ETag, ChecksumCRC32 } = await client.send(
      new sdk.UploadPartCommand({ ...place, UploadId: uploadId, PartNumber, Body }),
      sending,
    )
    parts[PartNumber - 1] = toCompletedPart(PartNumber, ETag, ChecksumCRC32)
  }
  const sendPart = async (): Promise<void> => {
    uploadId ??= (await client.send(new sdk.CreateMultipartUploadCommand(place), sending)).UploadId
    await travelling
    travelling = upload(take(), parts.length + 1)
    // is awaited before the next part
    travelling.catch(() => {})
  }
  const take = (): Uint8Array => {
    const bytes = Buffer.concat(chunks)
    chunks = []
    length = 0
    return bytes
  }
  const close = async (): Promise<void> => {
    if (uploadId === undefined) return
    await travelling.catch(() => {})
    // also where the time is up: parts that nobody completes cost money
    await client.send(new sdk.AbortMultipartUploadCommand({ ...place, UploadId: uploadId }))
    uploadId = undefined
  }

  return {
    async write(bytes) {
      // a chunk is the writer's again when this resolves
      chunks.push(bytes.slice())
      length += bytes.length
      if (length < bytesOfPart(parts.length + 1)) return
      await sendPart()
    },
    async flush() {},
    async commit() {
      if (!wanted()) {
        await close()
        await client.send(new sdk.DeleteObjectCommand(place), sending)
        return
      }
      if (uploadId === undefined) {
        await client.send(new sdk.PutObjectCommand({ ...place, Body: take() }), sending)
        return
      }
      if (length > 0) await sendPart()
      await travelling
      const whole = { ...place, UploadId: uploadId, MultipartUpload: { Parts: parts } }
      await client.send(new sdk.CompleteMultipartUploadCommand(whole), sending)
      uploadId = undefined
    },
    close,
  }
}

/** Where an upload has checksums, S3 asks for that of every part in the end. */
export function toCompletedPart(
  PartNumber: number,
  ETag: string | undefined,
  ChecksumCRC32: string | undefined,
): CompletedPart {
  return { PartNumber, ETag, ...(ChecksumCRC32 === undefined ? {} : { ChecksumCRC32 }) }
}
