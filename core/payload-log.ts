import type { Call } from './call-queue.ts'
import { deliverLines, type LineDelivery } from './deliver-lines.ts'
import { columnsOf } from './feature-table.ts'
import { normalise } from './normalise.ts'
import { type PayloadRow, toPayloadLine } from './payload-line.ts'
import type { Clock } from './ports/clock.ts'
import type { LineSink } from './ports/line-sink.ts'
import type { Log } from './ports/log.ts'
import type { Timer } from './ports/timer.ts'
import type { Outcome } from './predict.ts'
import type { Rows, Servable } from './servable.ts'

/** A sample of what was asked and answered, for those who watch over a model. */
export type PayloadLog = Pick<LineDelivery, 'flush' | 'close'> & {
  /** The same model, of whose rows a sample is recorded: those whose caller names them. Its answers wait for nothing and fail for nothing here. */
  record(servable: Servable): Servable
  /** Fields to redact that no model recorded so far has. */
  unknownFields(): readonly string[]
}

export type PayloadLogOptions = {
  readonly sink: LineSink
  /** The share of rows that are recorded, from 0 to 1. */
  readonly sample: number
  /** Fields that are left out. */
  readonly redact: readonly string[]
  readonly clock: Clock
  readonly timer: Timer
  readonly log: Log
  readonly random?: () => number
}

type Fields = Readonly<Record<string, unknown>>

export function createPayloadLog(options: PayloadLogOptions): PayloadLog {
  const { sample, clock, log, random = Math.random } = options
  const redacted = new Set(options.redact.map(normalise))
  const unknown = new Set(redacted)
  const lines = deliverLines({ ...options, name: 'payload log' })

  const recordRows = (rows: Rows): Rows => {
    const { manifest, writeAnswer } = rows
    const kept = new Set(manifest.features.map(({ name }) => name).filter(name => !redacted.has(name)))
    const columns = manifest.features.flatMap(feature =>
      columnsOf([feature]).map(column => ({ column, isKept: kept.has(feature.name) })),
    )

    const record = (read: () => PayloadRow): void => {
      if (random() >= sample) return
      try {
        lines.add(toPayloadLine(read(), clock.now(), manifest, writeAnswer))
      } catch (error) {
        // the row was answered, and that is what counts
        log.debug('payload log: a row cannot be written', { error })
      }
    }

    const recordAll = (call: Call | undefined, outcomes: readonly Outcome[], read: (index: number) => Fields): void => {
      const { rowId } = call ?? {}
      if (rowId === undefined) return
      for (const [index, outcome] of outcomes.entries())
        record(() => ({ id: rowId(index), fields: outcome.ok ? read(index) : {}, outcome }))
    }

    return {
      ...rows,
      async predict(inputs, call) {
        const outcomes = await rows.predict(inputs, call)
        recordAll(call, outcomes, index => keep(inputs[index] as Fields, kept))
        return outcomes
      },
      async predictEncoded(matrix, call) {
        const outcomes = await rows.predictEncoded(matrix, call)
        recordAll(call, outcomes, row =>
          Object.fromEntries(
            columns.flatMap(({ column, isKept }, index) =>
              isKept ? [[column, matrix[row * columns.length + index]]] : [],
            ),
          ),
        )
        return outcomes
      },
      record: read =>
        record(() => {
          const row = read()
          return { ...row, fields: keep(row.fields, kept) }
        }),
    }
  }

  return {
    record(servable) {
      if (servable.rows === undefined) return servable
      for (const { name } of servable.rows.manifest.features) unknown.delete(name)
      return { ...servable, rows: recordRows(servable.rows) }
    },
    unknownFields: () => [...unknown],
    flush: lines.flush,
    close: lines.close,
  }
}

/** The fields of a valid row under the names of their features. */
function keep(row: Fields, kept: ReadonlySet<string>): Fields {
  return Object.fromEntries(
    Object.keys(row).flatMap(key => {
      const name = kept.has(key) ? key : normalise(key)
      return kept.has(name) ? [[name, row[key]]] : []
    }),
  )
}
