import { type Catalogue, type Decision, requireRows, summarise } from '@scaling-mlops/core'
import { readText } from './body.ts'
import { rowsOf } from './dataframe.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseLargeJson } from './large-json.ts'
import { toCall } from './predict-route.ts'
import { type Problem, toProblem } from './problem.ts'
import { respondJson } from './respond.ts'
import type { PathRoute } from './route.ts'

type InvocationsOptions = { readonly catalogue: Catalogue; readonly maxBodyBytes: number }

/** The scoring door of MLflow's server and of SageMaker's containers, for JSON bodies: the rows of one call succeed or fail together. */
export function createInvocationsRoutes({ catalogue, maxBodyBytes }: InvocationsOptions): readonly PathRoute[] {
  return [['POST', '/invocations', answerInvocations]]

  async function answerInvocations(request: Request, exchange: Exchange): Promise<Response> {
    try {
      return await invoke(request, exchange)
    } catch (error) {
      const problem = toProblem(error, exchange.requestId)
      if (problem.status === 500) throw error
      return respondError(problem, exchange)
    }
  }

  async function invoke(request: Request, exchange: Exchange): Promise<Response> {
    requireJson(exchange.caller.header('content-type'))
    const servable = await catalogue.findDefault()
    exchange.model = servable.name
    exchange.version = servable.version
    const { manifest, predict } = requireRows(servable)
    const body = await parseLargeJson(await readText(request, exchange.caller, maxBodyBytes))
    const rows = rowsOf(
      body,
      manifest.features.map(({ name }) => name),
    )
    exchange.rows = rows.length
    const outcomes = await predict(rows, toCall(exchange))
    const predictions = outcomes.map((outcome, index) => {
      if (outcome.ok) return toPrediction(outcome.decision)
      exchange.invalid = outcomes.filter(({ ok }) => !ok).length
      throw new HttpError('bad_request', `row ${index + 1} of ${rows.length}: ${summarise(outcome.issues)}`)
    })
    return respondJson(JSON.stringify({ predictions }), exchange.requestId)
  }
}

/** The positive class's probability, the most probable class's name, or the value. */
function toPrediction(decision: Decision): number | string {
  switch (decision.kind) {
    case 'binary':
      return decision.probability
    case 'multiclass':
      return decision.label
    case 'regression':
      return decision.value
  }
}

function requireJson(contentType: string | undefined): void {
  const [type, ...parameters] = (contentType ?? 'application/json').toLowerCase().split(';')
  const isUtf8 = parameters.every(parameter => /^\s*charset="?utf-?8"?\s*$/.test(parameter))
  if (type?.trim() === 'application/json' && isUtf8) return
  throw new HttpError(
    'unsupported_media_type',
    `Content-Type "${contentType?.slice(0, 80)}" is not accepted here; send application/json in UTF-8`,
    { headers: { accept: 'application/json' } },
  )
}

/** An error as MLflow's clients read it. */
function respondError({ status, headers, document }: Problem, { requestId }: Exchange): Response {
  const code = status === 400 ? 'BAD_REQUEST' : String(document.code).toUpperCase()
  return new Response(JSON.stringify({ error_code: code, message: document.detail }), {
    status,
    headers: {
      'content-type': 'application/json',
      'x-content-type-options': 'nosniff',
      'x-request-id': requestId,
      ...headers,
    },
  })
}
