import { InvalidDataError } from '../errors.ts'
import { numberFrom } from '../normalise.ts'
import type { Trace } from './trace.ts'

/** Takes a trace file line by line. Throws `invalid_data` with the line that is wrong. */
export type TraceParser = { line(text: string): void; end(): Trace }

/**
 * Two forms, told apart by the header. With a column `count`: requests in each minute, one line after the other; with a column
 * `timestamp` or `time`, or without a header: moments in order, in seconds, in milliseconds since 1970, or as ISO 8601 dates.
 */
export function createTraceParser(source: string): TraceParser {
  const values: number[] = []
  let number = 0
  let column: { readonly index: number; readonly kind: 'counts' | 'timestamps' } | undefined
  let before = Number.NEGATIVE_INFINITY
  const fail = (message: string, at?: number): never => {
    throw new InvalidDataError(at === undefined ? { source } : { source, line: at }, message)
  }

  return {
    line(text) {
      number++
      if (text.trim() === '') return
      const cells = text.split(/[,;\t]/).map(cell => cell.trim().replace(/^"(.*)"$/, '$1'))
      if (column === undefined) {
        column = columnOf(cells) ?? fail(`no column "count" or "timestamp" in the header ${text.trim()}`, number)
        if (momentFrom(cells[column.index]) === undefined) return
      }
      const cell = cells[column.index]
      if (column.kind === 'counts') {
        const count = numberFrom(cell ?? '')
        if (count === undefined || !Number.isInteger(count) || count < 0)
          fail(`a count must be a whole number of at least 0; got "${cell ?? ''}"`, number)
        values.push(count as number)
        return
      }
      const moment = momentFrom(cell) ?? fail(`"${cell ?? ''}" is neither a number nor a date`, number)
      if (moment < before) fail(`the moment ${cell} comes before the one above it; sort the trace by time`, number)
      before = moment
      values.push(moment)
    },
    end() {
      const [first] = values
      if (first === undefined) return fail('the trace is empty')
      if (column?.kind === 'counts') {
        const counts = Float64Array.from(values)
        if (counts.every(count => count === 0)) fail('no requests: every count is 0')
        return { kind: 'counts', stepSeconds: 60, counts }
      }
      // milliseconds since 1970 are beyond any trace in seconds
      const unit = first > 1e11 ? 1000 : 1
      return { kind: 'timestamps', seconds: Float64Array.from(values, moment => (moment - first) / unit) }
    },
  }
}

function columnOf(cells: readonly string[]): { index: number; kind: 'counts' | 'timestamps' } | undefined {
  const names = cells.map(cell => cell.toLowerCase())
  const count = names.findIndex(name => /^(count|counts|requests|invocations)$/.test(name))
  if (count >= 0) return { index: count, kind: 'counts' }
  const time = names.findIndex(name => /^(timestamp|time|datetime)$/.test(name))
  if (time >= 0) return { index: time, kind: 'timestamps' }
  return momentFrom(cells[0]) === undefined ? undefined : { index: 0, kind: 'timestamps' }
}

/** A number as it is, a date as seconds since 1970 with all its digits; without a zone it is UTC. */
function momentFrom(cell = ''): number | undefined {
  const number = numberFrom(cell)
  if (number !== undefined) return number
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d)?)(\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(cell)
  if (parts === null) return undefined
  const [, day, time, fraction = '0', zone = 'Z'] = parts
  const milliseconds = Date.parse(`${day}T${time}${zone}`)
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000 + Number(fraction)
}
