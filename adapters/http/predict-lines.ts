import { setImmediate as turn } from 'node:timers/promises'
import { type Call, type Outcome, type Rows, summarise } from '@scaling-mlops/core'
import { openBody } from './body.ts'
import type { Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { type Line, readLines } from './line-reader.ts'
import { toProblem } from './problem.ts'
import { respondStream } from './respond-stream.ts'
import { whenThereIsRoom } from './when-there-is-room.ts'

/** Rows that are parsed, scored and written in one go: about two milliseconds of the event loop. */
const BATCH_ROWS = 512

/**
 * Answers a body of a row a line with an answer a line, in order, while it still arrives. A line that cannot be scored is answered with
 * an error line; memory holds a batch, however long the body; who reads slowly is read slowly.
 */
export function answerLines(request: Request, exchange: Exchange, model: Rows, maxLineBytes: number): Response {
  const answers = answer(readLines(openBody(request, exchange.caller), maxLineBytes), exchange, model)
  return respondStream(answers, exchange, 'application/x-ndjson')
}

const encoder = new TextEncoder()

async function* answer(
  chunks: AsyncIterable<readonly Line[]>,
  exchange: Exchange,
  model: Rows,
): AsyncGenerator<Uint8Array> {
  const { caller } = exchange
  exchange.rows = 0
  exchange.invalid = 0
  for await (const lines of chunks)
    for (let start = 0; start < lines.length; start += BATCH_ROWS) {
      const first = exchange.rows + 1
      const batch = lines.slice(start, start + BATCH_ROWS).map(line => parseLine(line))
      exchange.rows += batch.length
      const scored = batch.filter(parsed => 'row' in parsed)
      const rows = scored.map(({ row }) => row)
      const call: Call = {
        lane: 'bulk',
        signal: caller,
        onRun: exchange.span?.onRun,
        rowId: index => `${exchange.requestId}/${first + batch.indexOf(scored[index] as Parsed)}`,
      }
      const outcomes = (await whenThereIsRoom(caller, () => model.predict(rows, call))).values()
      let text = ''
      batch.forEach((parsed, index) => {
        const outcome = 'row' in parsed ? (outcomes.next().value as Outcome) : parsed
        if (!('ok' in outcome)) text += errorLine(first + index, outcome.error, exchange)
        else if (outcome.ok) text += `${model.writeAnswer(outcome.decision)}\n`
        else text += invalidLine(first + index, outcome, exchange)
      })
      yield encoder.encode(text)
      // lines of which none is scored wait for nothing, and nor does a reader that is as fast
      await turn()
    }
}

type Parsed = { readonly row: unknown } | { readonly error: unknown }

function parseLine(line: Line): Parsed {
  if (typeof line !== 'string')
    return {
      error: new HttpError('body_too_large', `the line has ${line.tooLong} bytes, which is more than a line may have`),
    }
  try {
    return { row: parseJson(line) }
  } catch (error) {
    return { error }
  }
}

function errorLine(line: number, error: unknown, exchange: Exchange): string {
  exchange.invalid = (exchange.invalid ?? 0) + 1
  const { code, error: message } = toProblem(error, exchange.requestId).document
  return `${JSON.stringify({ error: message, code, line })}\n`
}

function invalidLine(line: number, { issues }: Extract<Outcome, { ok: false }>, exchange: Exchange): string {
  exchange.invalid = (exchange.invalid ?? 0) + 1
  return `${JSON.stringify({ error: summarise(issues), code: 'invalid_row', errors: issues, line })}\n`
}
