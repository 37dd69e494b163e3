import { shown } from '../issue.ts'
import type { DeadReason } from './dead-reason.ts'

/** A record on its way to be scored. */
export type StreamRecord = {
  /** What its result is published under, unless the body brings an id of its own. */
  readonly id: string
  readonly body: RecordBody
  /** The model it is meant for; the default one where undefined. */
  readonly model: string | undefined
  /** The version it is meant for; the one that serves where undefined. */
  readonly version: string | undefined
  /** Records of one group are scored in their order, where the queue keeps one. */
  readonly group?: string
}

/** A record as it came: its text, or its bytes where they are no UTF-8. */
export type RecordBody = string | Uint8Array

/** Reads JSON text; throws an error with the code `malformed_json` or `duplicate_key`. */
export type ParseJson = (text: string) => unknown

export type OpenedRecord =
  | { readonly ok: true; readonly id: string; readonly row: unknown }
  | { readonly ok: false; readonly id: string; readonly dead: DeadReason }

/** Reads a record: a bare row, or exactly `{"id": …, "row": {…}}`, whose id goes before the one the record came with. */
export function openRecord({ id, body }: Pick<StreamRecord, 'id' | 'body'>, parse: ParseJson): OpenedRecord {
  if (typeof body !== 'string') return dead(id, 'malformed_json', 'the record is not text in UTF-8')
  let value: unknown
  try {
    value = parse(body)
  } catch (error) {
    const { code, message } = error as { code?: unknown; message?: unknown }
    return dead(id, code === 'duplicate_key' ? code : 'malformed_json', String(message))
  }
  if (!isEnvelope(value)) return { ok: true, id, row: value }
  const own = typeof value.id === 'number' && Number.isSafeInteger(value.id) ? String(value.id) : value.id
  if (!isRecordId(own))
    return dead(
      id,
      'invalid_id',
      `the id of a record is a text of 1 to 128 printable characters or a whole number; got ${shown(value.id)}`,
    )
  return { ok: true, id: own, row: value.row }
}

export function isRecordId(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,128}$/u.test(value)
}

function isEnvelope(value: unknown): value is { id: unknown; row: object } {
  if (typeof value !== 'object' || value === null || !('id' in value) || !('row' in value)) return false
  return typeof value.row === 'object' && value.row !== null && Object.keys(value).length === 2
}

function dead(id: string, code: DeadReason['code'], reason: string): OpenedRecord {
  return { ok: false, id, dead: { code, reason, issues: [] } }
}

/** Bytes of a body in UTF-8, counted no further than past the limit. */
export function exceeds(body: RecordBody, limit: number): boolean {
  if (body.length > limit) return true
  if (typeof body !== 'string' || body.length * 3 <= limit) return false
  let bytes = 0
  for (const character of body) {
    const code = character.codePointAt(0) as number
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4
  }
  return bytes > limit
}
