import { randomUUID } from 'node:crypto'
import type { LineSink } from '@scaling-mlops/core'
import { openS3Api } from './s3-api.ts'
import { parseS3Url } from './s3-url.ts'

/** An object a minute and process costs $0.22 a month. */
const INTERVAL_MS = 60_000

/** Each block of lines is an object of its own, `prefix/2026/11/28/09/…jsonl` by the hour of its writing, as SageMaker lays them out. */
export async function openLineObjects(url: string): Promise<LineSink> {
  const { bucket, prefix } = parseS3Url(url)
  const { sdk, client } = await openS3Api()
  return {
    intervalMs: INTERVAL_MS,
    async write(lines) {
      const [day = '', time = ''] = new Date().toISOString().split('T')
      const Key = `${prefix}${day.replaceAll('-', '/')}/${time.slice(0, 2)}/${time.slice(3, 8).replace(':', '-')}-${randomUUID()}.jsonl`
      await client.send(
        new sdk.PutObjectCommand({ Bucket: bucket, Key, Body: lines, ContentType: 'application/x-ndjson' }),
      )
    },
    close: () => client.destroy(),
  }
}
