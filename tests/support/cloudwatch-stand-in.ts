import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'

export type PutRequest = {
  readonly path: string
  readonly headers: IncomingMessage['headers']
  /** As it came over the wire. */
  readonly bytes: number
  readonly body: {
    readonly Namespace: string
    readonly MetricData: readonly {
      readonly MetricName: string
      readonly Unit: string
      readonly Values: readonly number[]
      readonly Counts: readonly number[]
      readonly Dimensions: unknown
      readonly Timestamp: number
      readonly StorageResolution: number
    }[]
  }
}

export type CloudWatchStandIn = AsyncDisposable & {
  readonly url: string
  /** What makes the AWS SDK of this or another process come here. */
  readonly environment: Readonly<Record<string, string>>
  readonly requests: readonly PutRequest[]
}

/** Listens where CloudWatch should be and keeps what it is sent, in the SDK's own protocol. */
export async function openCloudWatchStandIn(
  answer: (response: ServerResponse) => void = response => response.end('{}'),
): Promise<CloudWatchStandIn> {
  const requests: PutRequest[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const sent = Buffer.concat(chunks)
    const text = request.headers['content-encoding'] === 'gzip' ? gunzipSync(sent) : sent
    requests.push({
      path: request.url ?? '',
      headers: request.headers,
      bytes: sent.length,
      body: JSON.parse(String(text)),
    })
    response.setHeader('content-type', 'application/x-amz-json-1.0')
    answer(response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    requests,
    environment: {
      AWS_ENDPOINT_URL_CLOUDWATCH: url,
      AWS_REGION: 'eu-central-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** How often values of a metric were delivered, and what they add up to. */
export function sumOf(requests: readonly PutRequest[], name: string): { readonly count: number; readonly sum: number } {
  const data = requests.flatMap(({ body }) => body.MetricData).filter(({ MetricName }) => MetricName === name)
  return {
    count: data.flatMap(({ Counts }) => Counts).reduce((total, count) => total + count, 0),
    sum: data
      .flatMap(({ Values, Counts }) => Values.map((value, index) => value * (Counts[index] as number)))
      .reduce((total, value) => total + value, 0),
  }
}
