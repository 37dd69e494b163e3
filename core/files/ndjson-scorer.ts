import type { FeatureTable } from '../feature-table.ts'
import { type Issue, shown, summarise } from '../issue.ts'
import { normalise } from '../normalise.ts'
import { compileSlot } from '../slot.ts'
import { ADDED_COLUMNS, type RowError, type ScoreBlock } from './block.ts'
import { createByteWriter } from './byte-writer.ts'
import type { ScorerDependencies } from './csv-scorer.ts'
import type { ColumnOptions } from './match-columns.ts'
import { createScoreSuffix } from './score-suffix.ts'

/** How the records of one NDJSON file are read. Plain data, so that it can go to a thread. */
export type NdjsonPlan = { readonly kind: 'ndjson' } & ColumnOptions

const BATCH_ROWS = 1024
const NEWLINE = 0x0a
const CLOSING_BRACE = 0x7d

export function lastLineEnd(bytes: Uint8Array): number {
  return bytes.lastIndexOf(NEWLINE) + 1
}

type Line = {
  readonly at: number
  readonly end: number
  readonly error?: string
  readonly empty: boolean
  readonly isObject: boolean
}

/** Compiles the scorer of an object a line: each line comes out as it came in, with its score as further keys at its end. */
export function createNdjsonScorer(plan: NdjsonPlan, { manifest, runBatch, text }: ScorerDependencies): ScoreBlock {
  const readRow = createObjectReader(plan, manifest.features)
  const suffix = createScoreSuffix(manifest, ({ probability, prediction }) => {
    const first = probability === undefined ? '' : `"probability":${probability},`
    return text.encode(`${first}"prediction":${JSON.stringify(prediction)},"model_version":${manifest.version}}\n`)
  })

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
        return { at: start, end, error, isObject, empty }
      }
      const whole = (code: RowError['code'], message: string): Line =>
        refuse([{ column: '', code, message, value: (line ?? '').slice(0, 200) }], false, true)
      if (line === undefined) return whole('invalid_utf8', 'the line is not UTF-8')
      let row: unknown
      try {
        row = JSON.parse(line)
      } catch (error) {
        return whole('not_json', `the line is not JSON: ${(error as Error).message}`)
      }
      if (typeof row !== 'object' || row === null || Array.isArray(row))
        return whole('wrong_type', `a row is an object of fields; got ${shown(row)}`)
      const fields = row as Readonly<Record<string, unknown>>
      const found = readRow(fields, slots)
      const empty = Object.keys(fields).length === 0
      if (found.length === 0) return { at: start, end, isObject: true, empty }
      return refuse(found, true, empty, plan.id === undefined ? '' : String(fields[plan.id] ?? ''))
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
        const scored = line.error === undefined && scores !== undefined ? suffix(scores, next++, totals) : undefined
        if (line.isObject) {
          writer.copy(block, line.at, block.lastIndexOf(CLOSING_BRACE, line.end))
          if (!line.empty) writer.ascii(',')
        } else writer.ascii('{')
        if (scored !== undefined) writer.bytes(scored)
        else {
          const message = line.error ?? 'the numbers of this row are so large that the model gives no finite answer'
          if (line.error === undefined) failed++
          writer.bytes(text.encode(`"error":${JSON.stringify(message)}}\n`))
        }
      }
    }
    return { output: writer.take(), rows, lines, failed, errors, ...totals }
  }
}

type Found = Pick<RowError, 'column' | 'code' | 'message' | 'value'>

/** Reads an object's fields into slots; other keys are carried along. Answers what is wrong. */
function createObjectReader({ map = {} }: NdjsonPlan, table: FeatureTable) {
  const slots = table.map(compileSlot)
  const indexOf = new Map(table.map(({ name }, index) => [name, index]))
  const features = new Map<string, number>()
  const renamed = new Map(Object.entries(map).map(([old, feature]) => [normalise(old), normalise(feature)]))
  const featureOf = (key: string): number => {
    const name = normalise(key)
    const feature = indexOf.get(renamed.get(name) ?? name) ?? -1
    // keys that never come twice must not fill the memory
    if (features.size < 4096) features.set(key, feature)
    return feature
  }
  const given = new Uint8Array(table.length)
  const added = new Set<string>(ADDED_COLUMNS)

  return (fields: Readonly<Record<string, unknown>>, target: number[]): Found[] => {
    const found: Found[] = []
    const refuse = ({ field, code, message }: Issue, value: unknown): void => {
      found.push({
        column: field,
        code,
        message,
        value: typeof value === 'string' ? value.slice(0, 200) : shown(value ?? ''),
      })
    }
    given.fill(0)
    for (const key in fields) {
      const feature = features.get(key) ?? featureOf(key)
      const value = fields[key]
      if (feature < 0) {
        if (added.has(key))
          refuse(
            {
              field: key,
              code: 'duplicate_field',
              message: `there is a ${key} already, which the score would be written to`,
            },
            value,
          )
        continue
      }
      const slot = slots[feature] as (typeof slots)[number]
      if (given[feature] === 1)
        refuse(
          { field: key, code: 'duplicate_field', message: `${shown(key)} is given twice, in two spellings` },
          value,
        )
      given[feature] = 1
      const direct = slot.direct(value)
      const read = Number.isNaN(direct) ? slot.read(value) : direct
      if (typeof read === 'number') target[feature] = read
      else refuse(read, value)
    }
    for (let feature = 0; feature < given.length; feature++) {
      if (given[feature] === 1) continue
      const read = (slots[feature] as (typeof slots)[number]).absent()
      if (typeof read === 'number') target[feature] = read
      else refuse(read, '')
    }
    return found
  }
}
