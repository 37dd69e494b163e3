import { createHash, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

type Stored = { readonly bytes: Buffer; readonly etag: string; readonly metadata: Readonly<Record<string, string>> }

export type S3StandIn = {
  put(key: string, bytes: string | Uint8Array, metadata?: Readonly<Record<string, string>>): void
  text(key: string): string | undefined
  bytes(key: string): Buffer | undefined
  remove(key: string): void
  keys(): string[]
  /** Uploads in parts that were begun and neither completed nor aborted. */
  openUploads(): number
  /** Called before each request; an error code that it answers is sent in place of the answer. */
  before: (request: {
    readonly method: string
    readonly key: string
    readonly range: string | undefined
  }) => string | undefined
  close(): Promise<void>
}

export const BUCKET = 'files'
const LEAST_PART = 5 * 1024 * 1024
const STATUS: Readonly<Record<string, number>> = {
  NoSuchKey: 404,
  NoSuchUpload: 404,
  PreconditionFailed: 412,
  AccessDenied: 403,
  SlowDown: 503,
}

/** S3 in this process, as far as files need it, with its limits: parts of 5 MiB but for the last. AWS's variables point at it. */
export async function startS3(): Promise<S3StandIn> {
  const objects = new Map<string, Stored>()
  const uploads = new Map<string, Map<number, Buffer>>()
  const etagOf = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`
  const put = (key: string, bytes: Buffer, metadata: Readonly<Record<string, string>> = {}): string => {
    objects.set(key, { bytes, etag: etagOf(bytes), metadata })
    return etagOf(bytes)
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://s3')
    const key = decodeURIComponent(pathname.slice(BUCKET.length + 2))
    const method = request.method ?? ''
    const { range } = request.headers
    const body = await buffer(request)
    const fail = (code: string): void => {
      response.writeHead(STATUS[code] ?? 400, { 'content-type': 'application/xml' })
      response.end(
        method === 'HEAD' ? undefined : `<Error><Code>${code}</Code><Message>${code} ${key}</Message></Error>`,
      )
    }
    const xml = (text: string): void => void response.writeHead(200, { 'content-type': 'application/xml' }).end(text)
    const failure = standIn.before({ method, key, range })
    if (failure !== undefined) return fail(failure)

    const uploadId = query.get('uploadId')
    const parts = uploadId === null ? undefined : uploads.get(uploadId)
    if (uploadId !== null && parts === undefined) return fail('NoSuchUpload')
    const object = objects.get(key)
    if (query.has('list-type')) {
      const found = [...objects.keys()].filter(name => name.startsWith(query.get('prefix') ?? '')).sort()
      return xml(
        `<ListBucketResult><IsTruncated>false</IsTruncated>${found.map(name => `<Contents><Key>${name}</Key></Contents>`).join('')}</ListBucketResult>`,
      )
    }
    if (query.has('delete')) {
      for (const [, name = ''] of body.toString().matchAll(/<Key>([^<]*)<\/Key>/g)) objects.delete(name)
      return xml('<DeleteResult></DeleteResult>')
    }
    if (query.has('uploads')) {
      const id = randomUUID()
      uploads.set(id, new Map())
      return xml(`<InitiateMultipartUploadResult><UploadId>${id}</UploadId></InitiateMultipartUploadResult>`)
    }
    if (method === 'PUT' && parts !== undefined) {
      const source = request.headers['x-amz-copy-source']
      const copied =
        source === undefined ? undefined : objects.get(decodeURIComponent(String(source)).slice(BUCKET.length + 1))
      if (source !== undefined && copied === undefined) return fail('NoSuchKey')
      const bytes = copied?.bytes ?? body
      parts.set(Number(query.get('partNumber')), bytes)
      if (source !== undefined) return xml(`<CopyPartResult><ETag>${etagOf(bytes)}</ETag></CopyPartResult>`)
      return void response.writeHead(200, { etag: etagOf(bytes) }).end()
    }
    if (method === 'POST' && parts !== undefined) {
      const named = [...body.toString().matchAll(/<PartNumber>(\d+)<\/PartNumber>/g)].map(([, number]) =>
        parts.get(Number(number)),
      )
      if (named.some(part => part === undefined)) return fail('InvalidPart')
      if (named.slice(0, -1).some(part => (part?.length ?? 0) < LEAST_PART)) return fail('EntityTooSmall')
      const etag = put(key, Buffer.concat(named.filter(part => part !== undefined)))
      uploads.delete(uploadId ?? '')
      return xml(`<CompleteMultipartUploadResult><ETag>${etag}</ETag></CompleteMultipartUploadResult>`)
    }
    if (method === 'DELETE') {
      if (uploadId !== null) uploads.delete(uploadId)
      else objects.delete(key)
      return void response.writeHead(204).end()
    }
    if (method === 'PUT') return void response.writeHead(200, { etag: put(key, body) }).end()
    if (object === undefined) return fail('NoSuchKey')
    if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== object.etag)
      return fail('PreconditionFailed')
    const [, from = '0', to = ''] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? []
    const bytes = range === undefined ? object.bytes : object.bytes.subarray(Number(from), Number(to) + 1)
    const metadata = Object.entries(object.metadata).map(([name, value]) => [`x-amz-meta-${name}`, value] as const)
    response.writeHead(range === undefined ? 200 : 206, {
      etag: object.etag,
      'content-length': bytes.length,
      ...Object.fromEntries(metadata),
    })
    response.end(method === 'HEAD' ? undefined : bytes)
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  })
  const standIn: S3StandIn = {
    put: (key, bytes, metadata) => void put(key, Buffer.from(bytes), metadata),
    text: key => objects.get(key)?.bytes.toString(),
    bytes: key => objects.get(key)?.bytes,
    remove: key => void objects.delete(key),
    keys: () => [...objects.keys()].sort(),
    openUploads: () => uploads.size,
    before: () => undefined,
    async close() {
      delete process.env.AWS_ENDPOINT_URL_S3
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return standIn
}
