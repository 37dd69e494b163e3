import { discard, redrive, type StoredLetter, tryRedrive, upTo } from '@scaling-mlops/core'
import { readText } from './body.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { readListing, readSelection, type Selection } from './letter-selection.ts'
import { respondJson } from './respond.ts'
import { requireQueue, type StreamDoor } from './stream-door.ts'
import { toLetterDocument } from './streams-route.ts'

type Dependencies = { readonly door: StreamDoor; readonly maxBodyBytes: number }

/** A page of dead letters, and the cursor of the next one where the store keeps an order. */
export async function answerDeadLetters(
  request: Request,
  exchange: Exchange,
  { door }: Dependencies,
): Promise<Response> {
  const { filter, limit } = readListing(new URL(request.url).searchParams)
  const letters: StoredLetter[] = []
  // one more than asked for says whether there is a next page
  for await (const page of upTo(limit + 1, door.deadLetters.scan(filter))) letters.push(...page)
  const shown = letters.slice(0, limit)
  const next = letters.length > limit ? (shown.at(-1)?.cursor ?? null) : null
  return respondJson(JSON.stringify({ deadLetters: shown.map(toLetterDocument), next }), exchange.requestId)
}

/** Sends dead letters back to the queue; as a dry run it only says how many there are and how many would pass now. */
export async function answerRedrive(
  request: Request,
  exchange: Exchange,
  { door, maxBodyBytes }: Dependencies,
): Promise<Response> {
  const { dryRun, ...options } = await readBody(request, exchange, maxBodyBytes)
  exchange.acted = { ...options, dryRun }
  if (dryRun) {
    const trial = await tryRedrive(door, options)
    return respondJson(JSON.stringify({ dryRun: true, ...trial }), exchange.requestId)
  }
  const redriven = await redrive({ deadLetters: door.deadLetters, queue: requireQueue(door) }, options)
  exchange.acted = { ...options, redriven }
  return respondJson(JSON.stringify({ redriven }), exchange.requestId)
}

/** Deletes dead letters for good. */
export async function answerDiscard(
  request: Request,
  exchange: Exchange,
  { door, maxBodyBytes }: Dependencies,
): Promise<Response> {
  const { filter, limit } = await readBody(request, exchange, maxBodyBytes)
  exchange.acted = { filter, limit }
  const discarded = await discard(door.deadLetters, filter, limit)
  exchange.acted = { filter, limit, discarded }
  return respondJson(JSON.stringify({ discarded }), exchange.requestId)
}

/** Only as JSON: a page of another origin cannot send that without asking first. */
async function readBody(request: Request, { caller }: Exchange, maxBodyBytes: number): Promise<Selection> {
  const type = request.headers.get('content-type') ?? ''
  if (!/^application\/json\b/i.test(type))
    throw new HttpError('unsupported_media_type', 'send application/json', { headers: { accept: 'application/json' } })
  return readSelection(parseJson(await readText(request, caller, maxBodyBytes)))
}
