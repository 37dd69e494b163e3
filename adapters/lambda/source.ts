import { InvocationError } from './invocation-error.ts'

/** Where an event comes from, as far as its answer differs. */
export type Source = HttpSource | 'sqs' | 'kinesis' | 's3' | 'eventbridge' | 'direct'

/** API Gateway's payload format 2.0 (function URLs speak it too) and 1.0, and Application Load Balancer. */
export type HttpSource = 'http-2.0' | 'http-1.0' | 'alb'

export type Fields = Readonly<Record<string, unknown>>

const BY_EVENT_SOURCE: Readonly<Record<string, Source>> = { 'aws:sqs': 'sqs', 'aws:kinesis': 'kinesis', 'aws:s3': 's3' }

/** Tells an event's source by its shape. What looks like an event of AWS but is none that is known throws `unknown_event`; any other object or list is a direct invocation. */
export function sourceOf(event: unknown): Source {
  if (!isFields(event)) {
    if (Array.isArray(event)) return 'direct'
    throw unknownEvent(`an event is a JSON object or a list of rows; got ${event === null ? 'null' : typeof event}`)
  }
  const { requestContext, Records, source } = event
  if (isFields(requestContext)) return httpSourceOf(event, requestContext)
  if (Array.isArray(Records)) return recordSourceOf(Records)
  if (typeof source === 'string' && typeof event['detail-type'] === 'string' && 'detail' in event) return 'eventbridge'
  const foreign = FOREIGN.find(key => key in event)
  if (foreign !== undefined) throw unknownEvent(`an event with "${foreign}" is of no source that is known here`)
  return 'direct'
}

/** Fields that only events of other sources have: CloudWatch Logs, Firehose, Kafka, and lists that are none. */
const FOREIGN = ['awslogs', 'deliveryStreamArn', 'bootstrapServers', 'Records', 'requestContext'] as const

function httpSourceOf(event: Fields, context: Fields): HttpSource {
  if (isFields(context.elb) && isText(event.httpMethod) && isText(event.path)) return 'alb'
  if (isFields(context.http) && isText(context.http.method) && isText(event.rawPath)) return 'http-2.0'
  if (isText(event.httpMethod) && isText(event.path)) return 'http-1.0'
  throw unknownEvent('an event with "requestContext" that is none of API Gateway, a function URL or a load balancer')
}

function recordSourceOf(records: readonly unknown[]): Source {
  const names = new Set(
    records.map(record => (isFields(record) ? (record.eventSource ?? record.EventSource) : undefined)),
  )
  const [name] = names
  const source = names.size === 1 && isText(name) ? BY_EVENT_SOURCE[name] : undefined
  if (source !== undefined) return source
  const shown = [...names].map(each => JSON.stringify(each) ?? 'none').join(', ')
  throw unknownEvent(
    `records of ${names.size === 0 ? 'no source' : shown.slice(0, 200)}; those of ${Object.keys(BY_EVENT_SOURCE).join(', ')} are known`,
  )
}

export function unknownEvent(message: string): InvocationError {
  return new InvocationError('unknown_event', message)
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function isText(value: unknown): value is string {
  return typeof value === 'string'
}
