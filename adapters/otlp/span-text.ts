import type { AttributeValue } from '@scaling-mlops/core'

/** A span in the terms of OTLP (opentelemetry-proto, trace.proto). */
export type SpanFields = {
  readonly traceId: string
  readonly spanId: string
  readonly parentId: string | undefined
  /** Whether the parent is a span of another service. */
  readonly isParentRemote: boolean
  readonly state: string | undefined
  readonly kind: keyof typeof KINDS
  readonly name: string
  /** Milliseconds since 1970. */
  readonly started: number
  readonly ended: number
  readonly attributes: Readonly<Record<string, AttributeValue | undefined>>
  readonly isFault: boolean
}

const KINDS = { internal: 1, server: 2 } as const
const STATUS_ERROR = 2
const SAMPLED = 0x001
const KNOWS_PARENT = 0x100
const REMOTE_PARENT = 0x200
const MOST_CHARACTERS = 1000

/**
 * A span in the JSON mapping of OTLP: ids in hexadecimal, 64-bit integers as text, enums as numbers. Written by hand, as the lines of the access
 * log are: three spans of a request must cost less than its prediction.
 */
export function toSpanText(span: SpanFields): string {
  const flags = SAMPLED | KNOWS_PARENT | (span.isParentRemote ? REMOTE_PARENT : 0)
  let text = `{"traceId":"${span.traceId}","spanId":"${span.spanId}"`
  if (span.parentId !== undefined) text += `,"parentSpanId":"${span.parentId}"`
  if (span.state !== undefined) text += `,"traceState":${quote(span.state)}`
  text += `,"flags":${flags},"name":${quote(span.name)},"kind":${KINDS[span.kind]}`
  text += `,"startTimeUnixNano":"${toNanoseconds(span.started)}","endTimeUnixNano":"${toNanoseconds(span.ended)}"`
  text += `,"attributes":${toAttributes(span.attributes)}`
  return `${text}${span.isFault ? `,"status":{"code":${STATUS_ERROR}}` : ''}}`
}

export function toAttributes(attributes: SpanFields['attributes']): string {
  let text = ''
  for (const key in attributes) {
    const value = attributes[key]
    if (value !== undefined) text += `${text === '' ? '' : ','}{"key":"${key}","value":${toValue(value)}}`
  }
  return `[${text}]`
}

function toValue(value: AttributeValue): string {
  if (typeof value === 'string') return `{"stringValue":${quote(value)}}`
  if (typeof value === 'boolean') return `{"boolValue":${value}}`
  if (typeof value !== 'number') return `{"arrayValue":{"values":[${value.map(toValue).join(',')}]}}`
  return Number.isSafeInteger(value) ? `{"intValue":"${value}"}` : `{"doubleValue":${value}}`
}

const PLAIN = /^[\w ./:+=@%{}*-]*$/

function quote(text: string): string {
  const short = text.length > MOST_CHARACTERS ? text.slice(0, MOST_CHARACTERS) : text
  return PLAIN.test(short) ? `"${short}"` : JSON.stringify(short.toWellFormed())
}

/** In two parts, since a double does not hold today's nanoseconds. */
function toNanoseconds(milliseconds: number): string {
  const whole = Math.floor(milliseconds)
  return `${whole}${String(Math.min(999_999, Math.round((milliseconds - whole) * 1e6))).padStart(6, '0')}`
}
