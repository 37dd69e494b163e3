export type HttpEventSource = 'API Gateway 2.0' | 'API Gateway 1.0' | 'a load balancer'

type Fields = Record<string, unknown>

/** A request as the event that API Gateway or a load balancer would make of it. */
export async function toHttpEvent(source: HttpEventSource, path: string, init: RequestInit = {}): Promise<Fields> {
  const request = new Request(`http://api.example.com${path}`, init)
  const { pathname, search, searchParams } = new URL(request.url)
  const headers = { host: 'api.example.com', ...Object.fromEntries(request.headers) }
  const bytes = Buffer.from(await request.arrayBuffer())
  const isBase64Encoded = headers['content-encoding' as keyof typeof headers] !== undefined
  const body = bytes.length === 0 ? null : bytes.toString(isBase64Encoded ? 'base64' : 'utf8')
  const common = { body, isBase64Encoded }
  if (source === 'API Gateway 2.0')
    return {
      version: '2.0',
      routeKey: '$default',
      rawPath: pathname,
      rawQueryString: search.slice(1),
      headers,
      requestContext: {
        stage: '$default',
        requestId: 'gateway',
        http: { method: request.method, path: pathname, sourceIp: '192.0.2.1', protocol: 'HTTP/1.1' },
      },
      ...common,
      ...(body === null ? { body: undefined } : {}),
    }
  const older = {
    httpMethod: request.method,
    path: pathname,
    headers,
    ...common,
    body: source === 'a load balancer' ? (body ?? '') : body,
  }
  if (source === 'a load balancer')
    return {
      ...older,
      queryStringParameters: Object.fromEntries(
        search
          .slice(1)
          .split('&')
          .filter(pair => pair !== '')
          .map(pair => [pair.split('=', 1)[0], pair.slice(pair.indexOf('=') + 1)]),
      ),
      requestContext: {
        elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-central-1:123456789012:targetgroup/a/b' },
      },
    }
  return {
    ...older,
    resource: '/{proxy+}',
    multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
    multiValueQueryStringParameters:
      search === ''
        ? null
        : Object.fromEntries([...searchParams.keys()].map(name => [name, searchParams.getAll(name)])),
    requestContext: { stage: 'prod', requestId: 'gateway', identity: { sourceIp: '192.0.2.1' } },
  }
}

export type LambdaHttpResult = {
  readonly statusCode: number
  readonly statusDescription?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[]>>
  readonly body: string
  readonly isBase64Encoded?: boolean
}

/** What the client behind the source gets of a function's answer. */
export function toResponse({
  statusCode,
  headers,
  multiValueHeaders,
  body,
  isBase64Encoded,
}: LambdaHttpResult): Response {
  const all = new Headers(headers)
  for (const [name, values] of Object.entries(multiValueHeaders ?? {}))
    for (const value of values) all.append(name, value)
  return new Response(body === '' ? null : Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'), {
    status: statusCode,
    headers: all,
  })
}

/** An SQS event of messages, each a body with what a test wants different. */
export function toSqsEvent(messages: readonly (string | (Fields & { body: string }))[]): Fields {
  return {
    Records: messages.map((message, index) => ({
      messageId: `message-${index}`,
      receiptHandle: `receipt-${index}`,
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1763894400000', SenderId: 'sender' },
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:123456789012:records',
      awsRegion: 'eu-central-1',
      ...(typeof message === 'string' ? { body: message } : message),
    })),
  }
}

export const SHARD = 'shardId-000000000006'

/** A Kinesis event of one shard; sequence numbers count from 100. */
export function toKinesisEvent(bodies: readonly (string | Uint8Array)[]): Fields {
  return {
    Records: bodies.map((body, index) => ({
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey: 'customer',
        sequenceNumber: String(100 + index),
        data: Buffer.from(body).toString('base64'),
        approximateArrivalTimestamp: 1763894400.123,
      },
      eventSource: 'aws:kinesis',
      eventVersion: '1.0',
      eventID: `${SHARD}:${100 + index}`,
      eventName: 'aws:kinesis:record',
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:123456789012:stream/records',
    })),
  }
}

export function toEventBridgeEvent(detail: unknown, changes: Fields = {}): Fields {
  return {
    version: '0',
    id: '17793124-05d4-b198-2fde-7ededc63b103',
    'detail-type': 'customer changed',
    source: 'crm',
    account: '123456789012',
    time: '2026-11-23T12:00:00Z',
    region: 'eu-central-1',
    resources: [],
    detail,
    ...changes,
  }
}

/** An event of S3: an object was created. */
export function toS3Event(bucket: string, key: string, eventName = 'ObjectCreated:Put'): Fields {
  return {
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'eu-central-1',
        eventTime: '2026-11-23T12:00:00.000Z',
        eventName,
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'scoring',
          bucket: { name: bucket, arn: `arn:aws:s3:::${bucket}` },
          object: {
            key: encodeURIComponent(key).replaceAll('%2F', '/').replaceAll('%20', '+'),
            size: 1,
            eTag: 'a',
            sequencer: '0',
          },
        },
      },
    ],
  }
}
