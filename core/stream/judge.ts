import type { Catalogue } from '../catalogue.ts'
import { OverloadedError } from '../errors.ts'
import { summarise } from '../issue.ts'
import type { Clock } from '../ports/clock.ts'
import type { StreamResult } from '../ports/result-sink.ts'
import type { Timer } from '../ports/timer.ts'
import type { Outcome, Predict } from '../predict.ts'
import { type Rows, requireRows } from '../servable.ts'
import type { DeadReason } from './dead-reason.ts'
import { exceeds, openRecord, type ParseJson, type StreamRecord } from './record.ts'
import { permanentReason } from './retry.ts'

/** What can be said of one record: scored, never to be scored, or to be tried again. */
export type Judgement = { readonly id: string } & Verdict

type Verdict =
  | { readonly kind: 'done'; readonly result: Omit<StreamResult, 'id'> }
  | { readonly kind: 'dead'; readonly dead: DeadReason }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Scores records and writes nothing: one judgement a record, in order, whatever its neighbours are. Never rejects. */
export type Judge = (records: readonly StreamRecord[]) => Promise<readonly Judgement[]>

export type JudgeOptions = {
  readonly catalogue: Pick<Catalogue, 'find' | 'findDefault'>
  readonly parse: ParseJson
  readonly clock: Clock
  readonly timer: Timer
  readonly maxRecordBytes: number
}

/** Records of one model version that are scored as one batch. */
type Batch = Pick<StreamRecord, 'model' | 'version'> & {
  readonly places: number[]
  readonly ids: string[]
  readonly rows: unknown[]
}

/** Records that are read and scored in one go: a run of the model gives the event loop a turn, and it is late by one slice. */
const SLICE = 125

export function createJudge(options: JudgeOptions): Judge {
  return async records => {
    const judgements: Judgement[] = []
    for (let start = 0; start < records.length; start += SLICE)
      judgements.push(...(await judgeSlice(records.slice(start, start + SLICE), options)))
    return judgements
  }
}

async function judgeSlice(
  records: readonly StreamRecord[],
  { catalogue, parse, clock, timer, maxRecordBytes }: JudgeOptions,
): Promise<readonly Judgement[]> {
  const judgements = new Array<Judgement>(records.length)
  const batches = new Map<string, Batch>()
  records.forEach((record, place) => {
    if (exceeds(record.body, maxRecordBytes)) {
      judgements[place] = { id: record.id, kind: 'dead', dead: tooLarge(maxRecordBytes) }
      return
    }
    const opened = openRecord(record, parse)
    if (!opened.ok) {
      judgements[place] = { id: opened.id, kind: 'dead', dead: opened.dead }
      return
    }
    const { model, version } = record
    const key = `${model ?? ''}\n${version ?? ''}`
    const batch = batches.get(key) ?? { model, version, places: [], ids: [], rows: [] }
    batches.set(key, batch)
    batch.places.push(place)
    batch.ids.push(opened.id)
    batch.rows.push(opened.row)
  })

  for (const batch of batches.values()) {
    const judged = await judgeBatch(batch, { catalogue, clock, timer })
    batch.places.forEach((place, index) => {
      judgements[place] = { id: batch.ids[index] as string, ...(judged[index] as Verdict) }
    })
  }
  return judgements
}

async function judgeBatch(
  { model, version, ids, rows }: Batch,
  { catalogue, clock, timer }: Pick<JudgeOptions, 'catalogue' | 'clock' | 'timer'>,
): Promise<readonly Verdict[]> {
  let scorer: Rows
  try {
    scorer = requireRows(await (model === undefined ? catalogue.findDefault() : catalogue.find(model, version)))
  } catch (error) {
    const dead = permanentReason(error)
    return rows.map(() => (dead ? { kind: 'dead', dead } : { kind: 'failed', error }))
  }
  const { predict, writeAnswer, manifest } = scorer
  const outcomes = await scoreApart(patiently(predict, clock, timer), rows, ids)
  const at = clock.now()
  return outcomes.map(outcome => {
    if ('error' in outcome) return { kind: 'failed', error: outcome.error }
    if (outcome.ok)
      return {
        kind: 'done',
        result: { model: manifest.name, version: manifest.version, answer: writeAnswer(outcome.decision), at },
      }
    return { kind: 'dead', dead: { code: 'invalid_row', reason: summarise(outcome.issues), issues: outcome.issues } }
  })
}

/** Scores rows as one batch; where the model itself fails, in halves, until the row it fails at stands alone. */
async function scoreApart(
  predict: Predict,
  rows: readonly unknown[],
  ids: readonly string[],
): Promise<readonly ScoredRow[]> {
  try {
    return await predict(rows, { lane: 'bulk', rowId: index => ids[index] as string })
  } catch (error) {
    if (rows.length === 1 || error instanceof OverloadedError) return rows.map(() => ({ error }))
    const middle = rows.length >> 1
    const first = await scoreApart(predict, rows.slice(0, middle), ids.slice(0, middle))
    return [...first, ...(await scoreApart(predict, rows.slice(middle), ids.slice(middle)))]
  }
}

type ScoredRow = Outcome | { readonly error: unknown }

/** How long records of a stream wait for capacity before that counts as a failed attempt. */
const PATIENCE_MS = 30_000

/** Predicts behind those who wait for an answer, and waits itself where there is no capacity: being busy is no fault of a record. */
function patiently(predict: Predict, clock: Clock, timer: Timer): Predict {
  return async (rows, call) => {
    const until = clock.monotonic() + PATIENCE_MS
    for (;;)
      try {
        return await predict(rows, call)
      } catch (error) {
        if (!(error instanceof OverloadedError) || clock.monotonic() > until) throw error
        await timer.sleep(Math.max(10, error.retryAfterMs))
      }
  }
}

function tooLarge(limit: number): DeadReason {
  return { code: 'record_too_large', reason: `a record may have ${limit} bytes; this one has more`, issues: [] }
}
