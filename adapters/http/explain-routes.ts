import { type Issue, requireRows, type Servable, summarise } from '@scaling-mlops/core'
import { explainRows, type FindExplainer, whatIf } from '@scaling-mlops/core/explanation'
import { readText } from './body.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { toRowProblem } from './problem.ts'
import { respondJson, respondProblem } from './respond.ts'

const MOST_ROWS = 100

type Dependencies = { readonly findExplainer: FindExplainer; readonly maxBodyBytes: number }

/** Explains a row, or the rows of a list; a bad row of a list is an entry with its errors at its place. */
export async function answerExplain(
  request: Request,
  exchange: Exchange,
  servable: Servable,
  dependencies: Dependencies,
): Promise<Response> {
  const { body, rows, explainer } = await open(request, exchange, servable, dependencies)
  const inputs = Array.isArray(body) ? body : [body]
  if (inputs.length > MOST_ROWS)
    throw new HttpError('bad_request', `at most ${MOST_ROWS} rows are explained at once; got ${inputs.length}`)
  exchange.rows = inputs.length
  const entries = await explainRows(rows, explainer, inputs)
  exchange.invalid = entries.filter(({ ok }) => !ok).length
  if (!Array.isArray(body)) return respondRow(entries[0] as Entry, exchange)
  const documents = entries.map(entry =>
    entry.ok ? entry.document : { error: summarise(entry.issues), code: 'invalid_row', errors: entry.issues },
  )
  return respondJson(JSON.stringify(documents), exchange.requestId)
}

/** Answers what a row scores, why, and what each of its fields could make of it. */
export async function answerWhatIf(
  request: Request,
  exchange: Exchange,
  servable: Servable,
  dependencies: Dependencies,
): Promise<Response> {
  const { body, rows, explainer } = await open(request, exchange, servable, dependencies)
  exchange.rows = 1
  return respondRow(await whatIf(rows, explainer, body), exchange)
}

type Entry =
  | { readonly ok: true; readonly document: object }
  | { readonly ok: false; readonly issues: readonly Issue[] }

function respondRow(entry: Entry, exchange: Exchange): Response {
  if (entry.ok) return respondJson(JSON.stringify(entry.document), exchange.requestId)
  exchange.invalid = 1
  return respondProblem(toRowProblem(entry.issues, exchange.requestId), exchange.requestId)
}

async function open(
  request: Request,
  exchange: Exchange,
  servable: Servable,
  { findExplainer, maxBodyBytes }: Dependencies,
) {
  exchange.model = servable.name
  exchange.version = servable.version
  const rows = requireRows(servable)
  const [body, explainer] = await Promise.all([
    readText(request, exchange.caller, maxBodyBytes).then(parseJson),
    findExplainer(rows.manifest),
  ])
  return { body, rows, explainer }
}
