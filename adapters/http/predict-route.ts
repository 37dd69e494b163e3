import { setImmediate as turn } from 'node:timers/promises'
import {
  type Call,
  type Issue,
  MOST_EXPLAINED,
  type Outcome,
  type Rows,
  requireRows,
  type Servable,
  summarise,
  type TextCodec,
} from '@scaling-mlops/core'
import { answerAsKind } from './answer-as-kind.ts'
import { predictFormatOf } from './content-type.ts'
import type { Answer, Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { ONE_PIECE, parseLargeJson } from './large-json.ts'
import { answerCsv } from './predict-csv.ts'
import { answerLines } from './predict-lines.ts'
import { toRowProblem } from './problem.ts'
import { type PlainResponse, toPlainJson, toPlainResponse } from './respond.ts'

/** Answers that are written between two turns of the event loop. */
const WRITTEN_ROWS = 4096

/** A body of lines has no limit of its own; a line has. */
const MAX_LINE_BYTES = 1_048_576

type Dependencies = {
  /** The model that the request names, at the moment of asking. */
  readonly find: () => Promise<Servable>
  readonly maxBodyBytes: number
  readonly text: TextCodec
}

/**
 * Answers rows of a JSON body: an object with an object, a list with a list in the same order. A row alone that is invalid is a 400;
 * in a list it is an entry with `error` and `errors` at its place, and its neighbours are answered. Bodies of lines and of CSV are answered
 * row by row.
 */
export async function answerPredict(
  request: Request,
  exchange: Exchange,
  { find, maxBodyBytes, text }: Dependencies,
): Promise<Response> {
  const format = predictFormatOf(exchange.caller.header('content-type'))
  if (format === 'json') return answerAsKind(request, exchange, maxBodyBytes, compileAnswer(find))
  const rows = rowsOf(await find(), exchange)
  return format === 'lines'
    ? answerLines(request, exchange, rows, MAX_LINE_BYTES)
    : answerCsv(request, exchange, rows, text)
}

function compileAnswer(find: () => Promise<Servable>): Answer {
  return async (body, exchange) => {
    const servable = await find()
    const rows = rowsOf(servable, exchange)
    exchange.queue = servable
    const text = await body.text()
    // what is parsed at once need not be waited for
    const given = text.length > ONE_PIECE ? await parseLargeJson(text) : parseJson(text)
    return Array.isArray(given) ? answerList(given, exchange, rows) : answerRow(given, exchange, rows)
  }
}

function rowsOf(servable: Servable, exchange: Exchange): Rows {
  exchange.model = servable.name
  exchange.version = servable.version
  return requireRows(servable)
}

async function answerRow(row: unknown, exchange: Exchange, { predict, writeAnswer }: Rows): Promise<PlainResponse> {
  exchange.rows = 1
  const [outcome] = (await predict([row], toCall(exchange))) as [Outcome]
  if (outcome.ok) return toPlainJson(writeAnswer(outcome.decision), exchange.requestId)
  exchange.invalid = 1
  return toPlainResponse(toRowProblem(outcome.issues, exchange.requestId), exchange.requestId)
}

async function answerList(
  rows: readonly unknown[],
  exchange: Exchange,
  { predict, writeAnswer }: Rows,
): Promise<PlainResponse> {
  exchange.rows = rows.length
  const outcomes = await predict(rows, toCall(exchange))
  const invalid = outcomes.reduce((count, { ok }) => count + (ok ? 0 : 1), 0)
  if (invalid > 0) exchange.invalid = invalid
  const write = (outcome: Outcome): string => {
    if (outcome.ok) return writeAnswer(outcome.decision)
    return outcome.untold === undefined ? explained(outcome.issues) : unexplained(outcome.untold)
  }
  let text = ''
  for (let start = 0; start < outcomes.length; start += WRITTEN_ROWS) {
    if (start > 0) await turn()
    text += `${start === 0 ? '' : ','}${outcomes
      .slice(start, start + WRITTEN_ROWS)
      .map(write)
      .join(',')}`
  }
  return toPlainJson(`[${text}]`, exchange.requestId)
}

function explained(issues: readonly Issue[]): string {
  return JSON.stringify({ error: summarise(issues), code: 'invalid_row', errors: issues })
}

function unexplained(issues: number): string {
  return `{"error":"${issues} issues; in a list the first ${MOST_EXPLAINED} invalid rows are explained","code":"invalid_row"}`
}

/** When the caller wants its answer by (`X-Request-Timeout-Ms`), whether it still waits, and what its rows are called: the request's id, of several with their number. */
export function toCall({ caller, started, requestId, rows, span }: Exchange): Call {
  const rowId = (index: number) => (rows === 1 ? requestId : `${requestId}/${index + 1}`)
  const timeout = caller.header('x-request-timeout-ms')
  const call = { signal: caller, rowId, onRun: span?.onRun }
  if (timeout === undefined) return call
  const milliseconds = Number(timeout)
  if (!(milliseconds > 0))
    throw new HttpError(
      'bad_request',
      `X-Request-Timeout-Ms must be a number of milliseconds above 0; got "${timeout.slice(0, 40)}"`,
    )
  return { ...call, deadline: started + milliseconds }
}
