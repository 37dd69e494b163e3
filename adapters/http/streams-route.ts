import { type Catalogue, type DeadLetter, isRecordId, openRecord, writeResult } from '@scaling-mlops/core'
import { readBytes } from './body-bytes.ts'
import { rowFormatOf } from './content-type.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { fromJsonBody, fromLines, type RecordBodies } from './record-bodies.ts'
import { respondJson } from './respond.ts'
import { requireQueue, type StreamDoor } from './stream-door.ts'

type Dependencies = {
  readonly door: StreamDoor
  readonly catalogue: Catalogue
  readonly createId: () => string
  readonly maxBodyBytes: number
}

/** Takes records for a model and answers their ids in order, whatever is in them: what cannot be scored becomes a dead letter. */
export async function answerRecords(
  request: Request,
  exchange: Exchange,
  model: string,
  { door, catalogue, createId, maxBodyBytes }: Dependencies,
): Promise<Response> {
  const queue = requireQueue(door)
  await requireModel(catalogue, model)
  exchange.model = model
  const { bodies, isList } = await readRecords(request, exchange, maxBodyBytes)
  const key = readIdempotencyKey(request)
  const records = bodies.map((body, index) => {
    const given = key === undefined ? createId() : isList ? `${key}-${index}` : key
    return { id: openRecord({ id: given, body }, parseJson).id, model, version: undefined, body }
  })
  exchange.rows = records.length
  if (records.length > 0) await queue.send(records).catch(refuseForNow)
  return respondJson(JSON.stringify({ ids: records.map(({ id }) => id) }), exchange.requestId, 202)
}

/** Answers where a record stands: pending, done with its result, or dead with its reason. */
export async function answerRecord(
  exchange: Exchange,
  model: string,
  id: string,
  { door, catalogue }: Pick<Dependencies, 'door' | 'catalogue'>,
): Promise<Response> {
  await requireModel(catalogue, model)
  exchange.model = model
  const findResult = async (): Promise<Response | undefined> => {
    const result = await door.results.find?.(model, id)
    return result && respondJson(`{"status":"done",${writeResult(result).slice(1)}`, exchange.requestId)
  }
  const result = await findResult()
  if (result) return result
  const waits = await door.queue?.has(model, id)
  if (waits) return respondJson(JSON.stringify({ status: 'pending', id, model }), exchange.requestId)
  const letter = door.deadLetters.keyed ? await findLetter(door, model, id) : undefined
  if (letter) return respondJson(JSON.stringify({ status: 'dead', ...toLetterDocument(letter) }), exchange.requestId)
  // it may have been scored between the questions
  const late = await findResult()
  if (late) return late
  const blind = waits === undefined || !door.deadLetters.keyed
  throw new HttpError(
    'unknown_record',
    `model ${model} has no record "${id.slice(0, 128)}"${blind ? ' with a result; a queue in SQS cannot be asked whether it waits there' : ''}`,
  )
}

/** A letter as operators see it: times in ISO 8601, the body as text, or in base64 where it is none. */
export function toLetterDocument({
  id,
  model,
  version,
  group,
  code,
  reason,
  issues,
  attempts,
  firstSeen,
  lastSeen,
  body,
}: DeadLetter): Readonly<Record<string, unknown>> {
  return {
    id,
    model,
    version,
    group,
    code,
    reason,
    issues,
    attempts,
    firstSeen: new Date(firstSeen).toISOString(),
    lastSeen: new Date(lastSeen).toISOString(),
    ...(typeof body === 'string' ? { body } : { bodyBase64: Buffer.from(body).toString('base64') }),
  }
}

/** A queue out of reach is no fault of the records: sent again under their Idempotency-Key, they are still the same ones. */
function refuseForNow(cause: unknown): never {
  throw new HttpError('try_again', 'the queue does not take records now; send them again in a while', {
    headers: { 'retry-after': '1' },
    cause,
  })
}

/** Only the name must be known: a model that cannot answer just now may do so when the record's turn comes. */
async function requireModel(catalogue: Catalogue, model: string): Promise<void> {
  if (!catalogue.list().some(({ name }) => name === model)) await catalogue.find(model)
}

async function readRecords(request: Request, { caller }: Exchange, maxBodyBytes: number): Promise<RecordBodies> {
  const format = rowFormatOf(caller.header('content-type'))
  const bytes = await readBytes(request, caller, maxBodyBytes)
  if (format === 'lines') return fromLines(bytes)
  if (bytes.length === 0) parseJson('')
  return fromJsonBody(bytes)
}

function readIdempotencyKey(request: Request): string | undefined {
  const key = request.headers.get('idempotency-key')?.trim()
  if (key === undefined || key === '') return undefined
  // room for "-999999" behind it
  if (!isRecordId(key) || key.length > 120)
    throw new HttpError('bad_request', 'Idempotency-Key must be a text of 1 to 120 printable characters')
  return key
}

async function findLetter({ deadLetters }: StreamDoor, model: string, id: string): Promise<DeadLetter | undefined> {
  for await (const [letter] of deadLetters.scan({ model, ids: [id] })) return letter
  return undefined
}
