import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Objects that are listed and read as S3 does it, in this process; AWS's variables point there. */
export async function startS3Models() {
  const objects = new Map<string, Buffer>()
  /** Keys in the order they were read in. */
  const reads: string[] = []
  const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`

  const server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://s3')
    const [, bucket, ...rest] = decodeURIComponent(pathname).split('/')
    const key = rest.join('/')
    if (key === '') {
      const prefix = `${bucket}/${searchParams.get('prefix') ?? ''}`
      const contents = [...objects]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, bytes]) => {
          const etag = etagOf(bytes).replaceAll('"', '&quot;')
          return `<Contents><Key>${name.slice(name.indexOf('/') + 1)}</Key><ETag>${etag}</ETag><Size>${bytes.length}</Size></Contents>`
        })
      response.setHeader('content-type', 'application/xml')
      response.end(`<ListBucketResult><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`)
      return
    }
    const bytes = objects.get(`${bucket}/${key}`)
    if (bytes === undefined) {
      response.statusCode = 404
      response.end('<Error><Code>NoSuchKey</Code><Message>gone</Message></Error>')
      return
    }
    reads.push(key)
    response.setHeader('etag', etagOf(bytes))
    response.end(bytes)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })

  return {
    objects,
    reads,
    async putFolder(folder: string, under: string): Promise<void> {
      for (const file of await readdir(folder)) objects.set(`${under}/${file}`, await readFile(join(folder, file)))
    },
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
