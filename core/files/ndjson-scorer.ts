import { shown, summarise } from '../issue.ts'
import { parseJsonText } from '../json-text.ts'
import { repeatedKey } from '../repeated-key.ts'
import { NOT_FINITE, type RowError, type ScoreBlock } from './block.ts'
import { createByteWriter } from './byte-writer.ts'
import type { ColumnOptions } from './match-columns.ts'
import { createObjectReader, type Found } from './object-reader.ts'
import { createScoreSuffix } from './score-suffix.ts'
import type { ScorerDependencies } from './scorer-dependencies.ts'
import { compileTopContributions, type TopContributions } from './top-contributions.ts'

/** How the records of one NDJSON file are read. Plain data, so that it can go to a thread. */
export type NdjsonPlan = { readonly kind: 'ndjson' } & ColumnOptions

const BATCH_ROWS = 1024
const NEWLINE = 0x0a
const CLOSING_BRACE = 0x7d

export function lastLineEnd(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE) + 1
}

type Line = {
  readonly number: number
  readonly id: string
  readonly at: number
  readonly end: number
  readonly error?: string
  readonly empty: boolean
  readonly isObject: boolean
}

/** Compiles the scorer of an object a line: each line comes out as it came in, with its score as further keys at its end. */
export function createNdjsonScorer(plan: NdjsonPlan, dependencies: ScorerDependencies): ScoreBlock {
  const { manifest, runBatch, text } = dependencies
  const readRow = createObjectReader(plan, manifest.features)
  const topContributions = compileTopContributions(plan.explain ?? 0, dependencies)
  const tail = `,"model_version":${manifest.version}}\n`
  const suffix = createScoreSuffix(manifest, ({ probability, prediction }) => {
    const first = probability === undefined ? '' : `"probability":${probability},`
    return text.encode(`${first}"prediction":${JSON.stringify(prediction)}${topContributions ? '' : tail}`)
  })

  const explained = ({ base, top, rest }: TopContributions): Uint8Array => {
    const contributions = top.map(({ field, contribution }) => `${JSON.stringify(field)}:${contribution}`).join(',')
    return text.encode(`,"explanation":{"base":${base},"contributions":{${contributions}},"rest":${rest}}${tail}`)
  }

  return async block => {
    const writer = createByteWriter(block.length + (block.length >> 1))
    const errors: RowError[] = []
    const validBlock = text.isValid(block)
    const totals = { sum: 0, positives: 0 }
    let rows = 0
    let failed = 0
    let lines = 0
    let at = 0

    const readLine = (start: number, end: number, slots: number[]): Line | undefined => {
      const bytes = block.subarray(start, end)
      const line = validBlock ? text.decode(bytes).trim() : text.isValid(bytes) ? text.decode(bytes).trim() : undefined
      if (line === '') return undefined
      const refuse = (found: Found[], isObject: boolean, empty: boolean, id = ''): Line => {
        for (const error of found) errors.push({ line: lines, id, ...error })
        const error = summarise(found.map(({ message }) => ({ field: '', code: 'wrong_type', message })))
        return { number: lines, id, at: start, end, error, isObject, empty }
      }
      const whole = (code: RowError['code'], message: string): Line =>
        refuse([{ column: '', code, message, value: (line ?? '').slice(0, 200) }], false, true)
      if (line === undefined) return whole('invalid_utf8', 'the line is not UTF-8')
      let row: unknown
      try {
        row = parseJsonText(line)
      } catch (error) {
        return whole('not_json', `the line is not JSON: ${(error as Error).message}`)
      }
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        return whole('wrong_type', `a row is an object of fields; got ${shown(row)}`)
      const fields = row as Readonly<Record<string, unknown>>
      const repeated = repeatedKey(line, fields)
      const found = repeated === undefined ? readRow(fields, slots) : [givenTwice(repeated)]
      const empty = Object.keys(fields).length === 0
      const id = plan.id === undefined ? '' : String(fields[plan.id] ?? '')
      if (found.length > 0) return refuse(found, true, empty, id)
      return { number: lines, id, at: start, end, isObject: true, empty }
    }

    const slots = Array.from({ length: BATCH_ROWS }, () => new Array<number>(manifest.features.length).fill(0.5))
    while (at < block.length) {
      const batch: Line[] = []
      let good = 0
      while (batch.length < BATCH_ROWS && at < block.length) {
        const end = block.indexOf(NEWLINE, at)
        const line = readLine(at, end, slots[good] as number[])
        lines++
        at = end + 1
        if (line === undefined) continue
        batch.push(line)
        if (line.error === undefined) good++
        else failed++
      }
      rows += batch.length
      const scores = good === 0 ? undefined : (await runBatch(slots.slice(0, good))).scores
      let next = 0
      for (const line of batch) {
        const row = slots[next] as number[]
        const scored = line.error === undefined && scores !== undefined ? suffix(scores, next++, totals) : undefined
        if (line.isObject) {
          writer.copy(block, line.at, block.lastIndexOf(CLOSING_BRACE, line.end))
          if (!line.empty) writer.ascii(',')
        } else writer.ascii('{')
        if (scored !== undefined) {
          writer.bytes(scored)
          if (topContributions) writer.bytes(explained(topContributions(row)))
        } else {
          const message = line.error ?? NOT_FINITE
          if (line.error === undefined) {
            failed++
            errors.push({ line: line.number, id: line.id, column: '', code: 'not_finite', message, value: '' })
          }
          writer.bytes(text.encode(`"error":${JSON.stringify(message)}}\n`))
        }
      }
    }
    errors.sort((a, b) => a.line - b.line)
    return { output: writer.take(), rows, lines, failed, errors, ...totals }
  }
}

function givenTwice(key: string): Found {
  const column = key.slice(0, 200)
  return { column, code: 'duplicate_key', message: `the key ${shown(key)} is given twice in one object`, value: '' }
}
