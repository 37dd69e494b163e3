import { setTimeout } from 'node:timers/promises'
import { type Catalogue, type ResultStore, writeResult } from '@scaling-mlops/core'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { notConfigured, type StreamDoor } from './stream-door.ts'

const PAGE = 500
const LOOK_AGAIN_MS = 200
/** A blank line this often keeps proxies, which give up on silence after a minute, from closing the connection. */
const SIGN_OF_LIFE_MS = 15_000

type Dependencies = {
  readonly door: StreamDoor
  readonly catalogue: Catalogue
  readonly isReady: () => boolean
  readonly canFollow: boolean
}

/**
 * Results of a model as lines of JSON, each with its `cursor`, from after a cursor on; then whatever comes, until the caller goes or the
 * server stops. `follow=false` ends the answer at the last result there is.
 */
export async function answerResults(
  request: Request,
  exchange: Exchange,
  model: string,
  { door, catalogue, isReady, canFollow }: Dependencies,
): Promise<Response> {
  const { list } = door.results
  if (list === undefined)
    throw notConfigured('the sink of RESULTS_URL keeps no order; results can be followed where they are in DATA_DIR')
  if (!catalogue.list().some(({ name }) => name === model)) await catalogue.find(model)
  exchange.model = model
  const { after, follow } = readQuery(new URL(request.url).searchParams)
  if (follow && !canFollow)
    throw new HttpError(
      'not_supported',
      'results cannot be followed here, since an answer is given as a whole; ask with follow=false',
    )
  const lines = toLines(list, model, after, follow, isReady)
  return new Response(toStream(lines), {
    headers: {
      'content-type': 'application/x-ndjson',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': exchange.requestId,
    },
  })
}

function readQuery(query: URLSearchParams): { after: string | undefined; follow: boolean } {
  const after = query.get('after') ?? undefined
  if (after !== undefined && !/^\d{1,15}$/.test(after))
    throw new HttpError('bad_request', `after must be the cursor of a result; got "${after.slice(0, 60)}"`)
  const follow = query.get('follow') ?? 'true'
  if (follow !== 'true' && follow !== 'false')
    throw new HttpError('bad_request', `follow must be true or false; got "${follow.slice(0, 60)}"`)
  return { after, follow: follow === 'true' }
}

async function* toLines(
  list: ResultStore['list'],
  model: string,
  after: string | undefined,
  follow: boolean,
  isReady: () => boolean,
): AsyncGenerator<string> {
  let cursor = after
  let silentSince = Date.now()
  for (;;) {
    const results = await list(model, cursor, PAGE)
    if (results.length > 0) {
      cursor = results.at(-1)?.cursor
      silentSince = Date.now()
      yield results.map(result => `{"cursor":"${result.cursor}",${writeResult(result).slice(1)}\n`).join('')
      if (results.length === PAGE) continue
    }
    if (!follow || !isReady()) return
    if (Date.now() - silentSince >= SIGN_OF_LIFE_MS) {
      silentSince = Date.now()
      yield '\n'
    }
    await setTimeout(LOOK_AGAIN_MS)
  }
}

/** Asks for the next lines only when the caller has taken the last. */
function toStream(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await lines.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
    async cancel() {
      await lines.return(undefined)
    },
  })
}
