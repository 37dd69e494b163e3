import { setImmediate as turn } from 'node:timers/promises'
import { compileDecide, type Decision, type Rows, summarise, type TextCodec } from '@scaling-mlops/core'
import { readCsvRows } from '@scaling-mlops/core/files'
import { invocationFormatOf } from './content-type.ts'
import { rowReader, rowsOf } from './dataframe.ts'
import type { Body, Exchange } from './exchange.ts'
import { HttpError } from './http-error.ts'
import { parseJson } from './json.ts'
import { parseLargeJson } from './large-json.ts'
import { toCall } from './predict-route.ts'

/**
 * Scores the rows of a scoring body and answers a prediction each, in order: the positive class's probability, the most probable class's
 * name, or the value. Throws `bad_request` with the number and the field of the first row that is wrong.
 */
export async function predictionsOf(
  body: Body,
  exchange: Exchange,
  rows: Rows,
  codec: TextCodec,
): Promise<readonly (number | string)[]> {
  const format = invocationFormatOf(exchange.caller.header('content-type'))
  if (format === 'csv') return predictCsv(await body.bytes(), exchange, rows, codec)
  const text = await body.text()
  const features = rows.manifest.features.map(({ name }) => name)
  const given = format === 'json' ? rowsOf(await parseLargeJson(text), features) : await rowsOfLines(text, features)
  exchange.rows = given.length
  const outcomes = await rows.predict(given, toCall(exchange))
  return outcomes.map((outcome, index) => {
    if (outcome.ok) return toPrediction(outcome.decision)
    exchange.invalid = outcomes.filter(({ ok }) => !ok).length
    throw badRow(index + 1, summarise(outcome.issues))
  })
}

/** Lines that are parsed between two turns of the event loop. */
const STRETCH_LINES = 512

async function rowsOfLines(body: string, features: readonly string[]): Promise<readonly unknown[]> {
  const lines = body.split('\n').filter(line => line.trim() !== '')
  const rows: unknown[] = []
  const toRow = rowReader(features)
  for (const line of lines) {
    try {
      rows.push(toRow(parseJson(line), () => `row ${rows.length + 1}`))
    } catch (error) {
      if (!(error instanceof HttpError) || error.code === 'bad_request') throw error
      throw badRow(rows.length + 1, error.message)
    }
    if (rows.length % STRETCH_LINES === 0) await turn()
  }
  return rows
}

async function predictCsv(
  bytes: Uint8Array,
  exchange: Exchange,
  { manifest, scoreRows, countInvalid, record }: Rows,
  text: TextCodec,
): Promise<readonly (number | string)[]> {
  const decide = compileDecide(manifest.task)
  const predictions: (number | string)[] = []
  const ended = Buffer.concat([bytes, Buffer.from('\n')])
  const idOf = (index: number): string => `${exchange.requestId}/${index + 1}`
  for (const { rows, bad, fieldsOf } of readCsvRows('the body', ended, manifest.features, text)) {
    exchange.rows = predictions.length + rows.length
    if (bad !== undefined) {
      exchange.invalid = 1
      countInvalid(1)
      const { column: field, code } = bad.error
      record?.(() => ({ id: idOf(bad.row - 1), fields: {}, outcome: { ok: false, issues: [{ field, code }] } }))
      throw badRow(bad.row, bad.error.message)
    }
    if (rows.length === 0) continue
    const scores = await scoreRows(rows, toCall(exchange))
    rows.forEach((_, index) => {
      const decision = decide(scores, index)
      if (decision === undefined)
        throw badRow(predictions.length + 1, 'its numbers are so large that the model gives no finite answer')
      record?.(() => ({ id: idOf(predictions.length), fields: fieldsOf(index), outcome: { ok: true, decision } }))
      predictions.push(toPrediction(decision))
    })
  }
  return predictions
}

function badRow(row: number, message: string): HttpError {
  return new HttpError('bad_request', `row ${row}: ${message}`)
}

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
