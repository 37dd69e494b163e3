import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs'
import type { RecordBody, StreamRecord } from '@scaling-mlops/core'

export type Attributes = Record<string, MessageAttributeValue>

/** Attributes of a message, by our names; absent ones are left out. SQS takes ten. */
export function toAttributes(values: Readonly<Record<string, string | number | undefined>>): Attributes {
  const attributes: Attributes = {}
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== '')
      attributes[name] = { DataType: typeof value === 'number' ? 'Number' : 'String', StringValue: String(value) }
  return attributes
}

/** Writes a record as a message. What SQS does not carry as text (bytes, most control characters) travels in base64 and says so. */
export function toMessage({ id, body, model, version, firstSeen }: StreamRecord & { readonly firstSeen?: number }): {
  body: string
  attributes: Attributes
} {
  const plain = typeof body === 'string' && isText(body)
  return {
    body: plain ? body : Buffer.from(body).toString('base64'),
    attributes: toAttributes({
      'record-id': id,
      model,
      version,
      encoding: plain ? undefined : 'base64',
      'first-seen': firstSeen && new Date(firstSeen).toISOString(),
    }),
  }
}

/** Reads a message as a record; its id is the attribute `record-id`, else the message's own. */
export function toRecord(message: Message): StreamRecord {
  const group = message.Attributes?.MessageGroupId
  return {
    id: textOf(message, 'record-id') ?? String(message.MessageId),
    model: textOf(message, 'model'),
    version: textOf(message, 'version'),
    body: textOf(message, 'encoding') === 'base64' ? fromBase64(message.Body ?? '') : (message.Body ?? ''),
    ...(group === undefined ? {} : { group }),
  }
}

/** When a message was first seen: as it says itself, else when it was sent. */
export function firstSeenOf(message: Message): number {
  return Date.parse(textOf(message, 'first-seen') ?? '') || Number(message.Attributes?.SentTimestamp ?? 0)
}

export function textOf(message: Message, attribute: string): string | undefined {
  return message.MessageAttributes?.[attribute]?.StringValue
}

/** What a receive should tell of a message, by the parameter's name of today and by the one that other servers of the protocol still read. */
export function everyAttribute() {
  return {
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All' as const],
    AttributeNames: ['All' as const],
  }
}

export function sizeOf(body: string, attributes: Attributes): number {
  let bytes = Buffer.byteLength(body)
  for (const [name, { DataType, StringValue }] of Object.entries(attributes))
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType ?? '') + Buffer.byteLength(StringValue ?? '')
  return bytes
}

/** What is no base64 stays as it came: it will not be scored, and a dead letter shows what was sent. */
function fromBase64(text: string): RecordBody {
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return text
  const bytes = Buffer.from(text, 'base64')
  const decoded = bytes.toString('utf8')
  return Buffer.from(decoded).equals(bytes) ? decoded : new Uint8Array(bytes)
}

/** Whether SQS carries a text as it is: XML's characters, and at least one. */
function isText(text: string): boolean {
  return /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]+$/u.test(text)
}
