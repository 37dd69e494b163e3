import { type Catalogue, type Clock, type FeedbackStore, requireRows } from '@scaling-mlops/core'
import { readText } from './body.ts'
import type { Exchange } from './exchange.ts'
import { readFeedback } from './feedback-body.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import type { RequireOperator } from './operator.ts'
import { createRecordIds } from './record-ids.ts'
import { respondJson } from './respond.ts'
import type { PathRoute } from './route.ts'

type Options = {
  /** Undefined where nothing is set that feedback could be kept in. */
  readonly store: FeedbackStore | undefined
  readonly catalogue: Catalogue
  readonly clock: Clock
  readonly requireOperator: RequireOperator
  readonly maxBodyBytes: number
}

/** What people say of predictions: anybody may, operators read it. */
export function createFeedbackRoutes(options: Options): readonly PathRoute[] {
  const { catalogue, clock, requireOperator, maxBodyBytes } = options
  const createId = createRecordIds(clock.now)
  return [
    ['POST', '/models/:name/feedback', take],
    ['GET', '/models/:name/feedback', list],
  ]

  async function take(request: Request, exchange: Exchange, parameter: (name: string) => string): Promise<Response> {
    const store = requireStore()
    const servable = await catalogue.find(parameter('name'))
    requireRows(servable)
    const said = readFeedback(parseJson(await readText(request, exchange.caller, maxBodyBytes)))
    const id = createId()
    await store.add({ id, model: servable.name, version: servable.version, at: clock.now(), said })
    return respondJson(JSON.stringify({ id }), exchange.requestId, 202)
  }

  async function list(request: Request, exchange: Exchange, parameter: (name: string) => string): Promise<Response> {
    requireOperator(request)
    const store = requireStore()
    const { name } = await catalogue.find(parameter('name'))
    const query = new URL(request.url).searchParams
    const limit = numberOf(query, 'limit', 100, 1000)
    const found = await store.list(name, numberOf(query, 'after', 0, Number.MAX_SAFE_INTEGER), limit)
    const feedback = found.map(({ id, cursor, at, version, said }) => ({
      id,
      cursor: String(cursor),
      at,
      version,
      ...said,
    }))
    const next = found.length < limit ? null : (feedback.at(-1)?.cursor ?? null)
    return respondJson(JSON.stringify({ feedback, next }), exchange.requestId)
  }

  function requireStore(): FeedbackStore {
    if (options.store === undefined)
      throw new HttpError('not_configured', 'feedback is kept in DATA_DIR, which is not set here')
    return options.store
  }
}

function numberOf(query: URLSearchParams, name: string, usual: number, most: number): number {
  const text = query.get(name) ?? String(usual)
  const value = Number(text)
  if (!/^\d{1,15}$/.test(text) || value > most || (name === 'limit' && value < 1))
    throw new HttpError('bad_request', `${name} must be a whole number up to ${most}; got "${text.slice(0, 60)}"`)
  return value
}
