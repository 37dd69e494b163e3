import { createHash } from 'node:crypto'
import { type ResultSink, type StreamResult, writeResult } from '@scaling-mlops/core'
import { openS3Api } from './s3-api.ts'
import { parseS3Url } from './s3-url.ts'

const PARALLEL = 16

export type S3Results = ResultSink & {
  find(model: string, id: string): Promise<StreamResult | undefined>
  /** Where a result lies, as `s3://bucket/key`. */
  urlOf(result: Pick<StreamResult, 'model' | 'id'>): string
  close(): void
}

/** One object a result under `s3://bucket/prefix/model/id.json`, the first publication of an id. */
export async function openS3Results(url: string): Promise<S3Results> {
  const { bucket, prefix } = parseS3Url(url)
  const { sdk, client } = await openS3Api()
  const keyOf = ({ model, id }: Pick<StreamResult, 'model' | 'id'>): string =>
    `${prefix}${encodeURIComponent(model)}/${fileName(id)}.json`

  const put = async (result: StreamResult): Promise<void> => {
    const command = new sdk.PutObjectCommand({
      Bucket: bucket,
      Key: keyOf(result),
      Body: writeResult(result),
      ContentType: 'application/json',
      IfNoneMatch: '*',
    })
    await client.send(command).catch(error => {
      // it is there already: the record came a second time
      if (error.name !== 'PreconditionFailed') throw error
    })
  }

  return {
    async publish(results) {
      const left = [...results]
      const work = async (): Promise<void> => {
        for (let result = left.pop(); result !== undefined; result = left.pop()) await put(result)
      }
      await Promise.all(Array.from({ length: Math.min(PARALLEL, left.length) }, work))
    },
    async find(model, id) {
      const command = new sdk.GetObjectCommand({ Bucket: bucket, Key: keyOf({ model, id }) })
      const object = await client.send(command).catch(error => {
        if (error.name === 'NoSuchKey') return undefined
        throw error
      })
      if (object?.Body === undefined) return undefined
      const { version, result, at } = JSON.parse(await object.Body.transformToString())
      return { id, model, version, answer: JSON.stringify(result), at: Date.parse(at) }
    },
    urlOf: result => `s3://${bucket}/${keyOf(result)}`,
    close: () => client.destroy(),
  }
}

/** An id as part of a key; a long one in foreign letters would pass S3's 1,024 bytes and goes by its hash. */
function fileName(id: string): string {
  const encoded = encodeURIComponent(id)
  return encoded.length <= 400 ? encoded : createHash('sha256').update(id).digest('hex')
}
